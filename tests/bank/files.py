"""Bank files as banks send them, made for tests: sums in whole units, days as ISO dates."""

from collections.abc import Sequence

IBAN = "DE89370400440532013000"
PAYER = "DE02120300000000202051"
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001"


def entry(  # noqa: PLR0913 - each is an element of an entry
    amount: str,
    *,
    day: str = "2026-11-04",
    booked: str = "",
    text: str = "",
    name: str = "ACME GMBH",
    iban: str = PAYER,
    ref: str = "",
    e2e: str = "NOTPROVIDED",
    code: str = "",
    reversal: bool = False,
    status: str = "<Sts><Cd>BOOK</Cd></Sts>",
    details: str | None = None,
    currency: str = "EUR",
) -> str:
    """Return an entry; a negative amount is an outgoing payment."""
    side = "Dbtr" if amount[0] != "-" else "Cdtr"
    mark = "CRDT" if amount[0] != "-" else "DBIT"
    returned = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    inner = f"""<TxDtls><Refs><EndToEndId>{e2e}</EndToEndId></Refs>
      <RltdPties><{side}><Pty><Nm>{name}</Nm></Pty></{side}>
      <{side}Acct><Id><IBAN>{iban}</IBAN></Id></{side}Acct></RltdPties>
      <RmtInf><Ustrd>{text}</Ustrd></RmtInf>{returned}</TxDtls>"""
    return f"""<Ntry><Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{mark}</CdtDbtInd>
      <RvslInd>{str(reversal).lower()}</RvslInd>{status}
      <BookgDt><Dt>{booked or day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
      {f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""}
      <NtryDtls>{inner if details is None else details}</NtryDtls></Ntry>"""


def camt(
    entries: Sequence[str],
    *,
    opening: str = "1000.00",
    closing: str,
    version: str = "08",
    iban: str = IBAN,
    days: tuple[str, str] = ("2026-11-03", "2026-11-04"),
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> bytes:
    """A file with one statement."""

    def balance(kind: str, amount: str, day: str) -> str:
        mark = "CRDT" if amount[0] != "-" else "DBIT"
        return f"""<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>
          <CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"""

    return f"""{head}
<Document xmlns="{SPACE}.{version}"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>
<Stmt><Id>S1</Id><ElctrncSeqNb>45</ElctrncSeqNb><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
{balance("OPBD", opening, days[0])}{balance("CLBD", closing, days[1])}
{"".join(entries)}
</Stmt></BkToCstmrStmt></Document>""".encode()
