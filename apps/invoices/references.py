"""The structured creditor reference of a document number (ISO 11649), which payers enter in a transfer."""

LONGEST = 21


def creditor_reference(number: str) -> str:
    """Return the reference of a number, such as RF31EX202600017: its letters and digits, at most the last 21."""
    text = "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())[-LONGEST:]
    check = 98 - _remainder(f"{text}RF00")
    return f"RF{check:02d}{text}"


def is_creditor_reference(text: str) -> bool:
    """Return whether a text is a creditor reference with the right check digits; spaces do not matter."""
    plain = "".join(text.upper().split())
    fits = plain.isascii() and plain.isalnum() and plain[:2] == "RF" and 5 <= len(plain) <= LONGEST + 4
    return fits and _remainder(plain[4:] + plain[:4]) == 1


def _remainder(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97
