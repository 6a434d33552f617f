"""Findings of proofs: the first bad record of a chain, and the rule that it breaks."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The rules that proofs check, by number."""

    R1 = "each hash is computed from the previous hash and the record's content"
    R2 = "numbers run up to the book's number without gaps"
    R3 = "the head is the last record's hash"
    R4 = "the mark and the day heads are records of the chain"
    R5 = "a grant matches its record and its notes"
    R6 = "figures are the sums of the records"
    R7 = "a checkpoint is the balance after the entry of its version"
    R8 = "a day's heads form its root, which is signed and equals the published one"
    R9 = "the audit trail matches its links"
    R10 = "the prices match their links"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a chain breaks, and the place: a record by number and label, or another named thing."""

    chain: str
    rule: Rule
    where: str
    detail: str = ""

    def __str__(self) -> str:
        text = f"{self.chain}: {self.where}: {self.rule.name}"
        return f"{text}: {self.detail}" if self.detail else text


def record_finding(chain: str, rule: Rule, number: int, label: str = "", detail: str = "") -> Finding:
    """Return a finding at a record of a chain."""
    return Finding(chain, rule, f"record {number} ({label})" if label else f"record {number}", detail)
