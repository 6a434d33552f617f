"""What a proof finds: the first bad record of a chain, and the rule that it breaks."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The rules by number; what each says of a chain where it holds."""

    R1 = "a hash follows from the one before and the content"
    R2 = "numbers run to the book's without a gap"
    R3 = "the head is the last record's"
    R4 = "mark and heads of days are records of the chain"
    R5 = "a grant is what its record and notes say"
    R6 = "sums are those of the rows"
    R7 = "a checkpoint is the balance after its version's entry"
    R8 = "the heads of a day fold into its root, signed, and the one that was published"
    R9 = "the audit trail's links follow"
    R10 = "the prices' links follow"


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule of a chain, and where: a record by number and label, or something else that has a name."""

    chain: str
    rule: Rule
    where: str
    detail: str = ""

    def __str__(self) -> str:
        said = f"{self.chain}: {self.where}: {self.rule.name}"
        return f"{said}: {self.detail}" if self.detail else said


def record_finding(chain: str, rule: Rule, number: int, label: str = "", detail: str = "") -> Finding:
    """Return what was found at a record."""
    return Finding(chain, rule, f"record {number} ({label})" if label else f"record {number}", detail)
