"""Read numbers and dates in any notation: 二十 = 20, 百分之八十 = 80% = 八成, 1.2万 = 12000.

Everything takes and gives normalised text (see `normalise`). Idioms and names keep their characters: a Chinese
numeral is a number only where it is counted by something (二十户, 三个; not 十里堡, 三轮车, 一带一路). `cn2an` converts
numerals but finds none of these forms in a sentence, and loads in a tenth of a second.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qa.text import zh
from qa.text.zh import COUNTED, DIGIT_VALUES, DIGITS, NUMERAL, TEN_THOUSANDS, UNITS

_LONGEST = 8  # digits of a number that is written in Chinese signs
_PRINTED = 10**9  # from here on nobody prints all the digits
_DECIMALS = 2  # behind the point, in front of 万 or 亿

_NONZERO = f"[{DIGITS[1:]}]"
_ABOUT = re.compile(rf"^{_NONZERO}{{2}}(?=$|[十百千])")
_HUNDREDS = rf"{_NONZERO}百(?:零{_NONZERO}|{_NONZERO}十{_NONZERO})"  # counted or not
_CHINESE = re.compile(
    rf"(?={NUMERAL})(?:百分之(?P<percent>\d+(?:\.\d+)?|{NUMERAL}+(?:点[{DIGITS}]+)?)"
    r"|(?<!第)(?<![\d零一二三四五六七八九十百千几])(?P<tenths>[一二两三四五六七八九])成(?P<half>[一二三四五六七八九半](?!个))?"
    "(?![立为员果功本长绩都人交就套品份分熟语不天年])"
    rf"|(?P<year>[一二][〇零○{DIGITS}]{{3}})(?=年)"
    rf"|(?<![\d.几数{DIGITS}〇两十百千万亿])(?P<many>{_HUNDREDS}(?!{NUMERAL}|[万亿成])|{NUMERAL}{{2,}}(?={COUNTED}))"
    rf"|(?<![\d.几数{DIGITS}十百千万亿])(?P<one>[二两三四五六七八九十])(?={COUNTED})(?!十?分之)"
    r"|(?<![\d.几数第])(?P<first>一)(?=月|号楼|等奖))"
)
_PART = rf"(?:\d{{1,8}}(?:\.\d{{1,4}})?[百千]?|[〇零一二两三四五六七八九十]{NUMERAL}*)"
_REST = rf"(?:[零]?[一二两三四五六七八九][百千十]{NUMERAL}*|零{_NONZERO}|\d[百千]|\d{{3,4}}(?![\d.]))"
_LARGE = re.compile(
    rf"(?<![\d.a-z几数之{DIGITS}〇两十百千万亿-])(?:(?P<parts>(?:{_PART}[万亿])+)(?P<rest>{_REST})?"
    r"|(?P<plain>[1-9]\d{0,7}0000)(?![\d.a-z-]))"
)
_PARTS = re.compile(rf"({_PART})([万亿])")
_DATE = re.compile(rf"(?<!\d)({zh.YEAR})([-/.])(\d{{1,2}})\2(\d{{1,2}})(?!\d)")
_ARABIC = re.compile(
    rf"(?=\d)(?<![\d.a-z-])(?:(?P<percent>\d{{1,2}}|100)%|(?P<year>{zh.YEAR})(?=年)"
    rf"|(?P<number>\d{{1,{_LONGEST}}})(?={COUNTED}))(?![\d.])"
)


def whole(written: str) -> int | None:
    """A whole number in digits or in Chinese numerals; None where it is none."""
    return int(written) if written.isdecimal() else value(written.replace("廿", "二十").replace("卅", "三十"))


def value(numeral: str) -> int | None:
    """What a Chinese numeral below a hundred million comes to; None where it is none. 二〇二五 goes by its digits.

    三四 and 四五十 are about so many: none.
    """
    if not numeral or any(sign not in DIGIT_VALUES and sign not in UNITS for sign in numeral):
        return None
    if _ABOUT.search(numeral):
        return None
    if not any(sign in UNITS for sign in numeral):
        return int("".join(str(DIGIT_VALUES[sign]) for sign in numeral))
    total, digit, room = 0, None, 10_000
    for sign in numeral:
        if sign in DIGIT_VALUES:
            digit = DIGIT_VALUES[sign]
        elif UNITS[sign] < room:
            room = UNITS[sign]
            total += (1 if digit is None else digit) * room
            digit = None
        else:
            return None
    return total + (digit or 0)


def is_numeral(term: str) -> bool:
    """Whether a term is nothing but a number, in digits or signs."""
    return term.replace(".", "", 1).isdecimal() or all(sign in DIGIT_VALUES | UNITS | TEN_THOUSANDS for sign in term)


def written(number: int) -> str:
    """A whole number from 0 to a hundred million in Chinese signs: 20 is 二十, 1050000 is 一百零五万."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return f"{written(high)}万{gap}{written(low) if low else ''}"
    found, gap = "", ""
    for sign, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, number = divmod(number, unit)
        if digit:
            found += gap + DIGITS[digit] + sign
            gap = ""
        elif found:
            gap = "零"
    return (found.removeprefix("一") if found.startswith("一十") else found) or "零"


def in_digits(plain: str) -> str:
    """The text with its numbers in digits: 二十户 20户, 百分之八十 80%, 两成 20%, 2024-05-06 2024年5月6日.

    Large ones with 亿, else 万, where that leaves them whole: 1.2万 12000, 50000 5万.
    """
    dated = _DATE.sub(lambda match: f"{match[1]}年{int(match[3])}月{int(match[4])}日", plain)
    found = _CHINESE.sub(_digits, _LARGE.sub(_whole, dated))
    return found if found == plain else in_digits(found)  # a number may be seen once the one before it is in digits


def read(plain: str) -> dict[str, str]:
    """The numbers of a text that are not in digits, each with its digits."""
    large = [match for match in _LARGE.finditer(plain) if match["parts"]]
    found = [(match[0], _whole(match)) for match in large]
    found += ((match[0], _digits(match)) for match in _CHINESE.finditer(_LARGE.sub(" ", plain)))
    return {written: digits for written, digits in found if written != digits}


def variants(plain: str) -> tuple[str, ...]:
    """Other ways of writing each number of a text, with what it counts where that belongs to the word: of 20户 二十户,
    of 三个 3, of 2025年 二〇二五, of 80% 百分之八十 and 八成.
    """
    found = dict.fromkeys(digits.rstrip("%万亿") for digits in read(plain).values())
    for match in _ARABIC.finditer(in_digits(plain)):
        found.update(dict.fromkeys(_signs(match)))
    return tuple(form for form in found if form not in plain)


def variants_of_term(term: str) -> tuple[str, ...]:
    """Other ways of writing a term of the index that is a number and nothing else."""
    if term.isdecimal() and term.isascii() and len(term) <= _LONGEST:
        number = int(term)
        spelt = {written(number), _by_digits(term) if len(term) == 4 else "", _tenths(number), *_scaled(number)}
        return tuple(sorted(spelt - {""}))
    counted = value(term) if len(term) > 1 else None
    return () if counted is None else (str(counted),)


def _whole(match: re.Match[str]) -> str:
    """A large number with 亿, else 万, where that leaves it whole, else in all its digits; what is none as it is."""
    number = int(match["plain"] or 0)
    least = None
    for part, unit in _PARTS.findall(match["parts"] or ""):
        amount = _amount(part) * TEN_THOUSANDS[unit]
        if amount.is_nan() or amount != int(amount) or (least is not None and TEN_THOUSANDS[unit] >= least):
            return match[0]
        number, least = number + int(amount), TEN_THOUSANDS[unit]
    rest = _amount(match["rest"] or "0")
    if rest.is_nan():
        return match[0]
    number += int(rest)
    for unit, size in reversed(TEN_THOUSANDS.items()):
        if number and number % size == 0:
            return f"{number // size}{unit}"
    return str(number)


def _amount(part: str) -> Decimal:
    """What stands before 万 or 亿, or behind it: 1.2, 3千, 二千五百; NaN where that is no number."""
    if part[0].isdigit():
        return Decimal(part.rstrip("百千")) * UNITS.get(part[-1], 1)
    counted = value(part)
    return Decimal("NaN") if counted is None else Decimal(counted)


def _scaled(number: int) -> list[str]:
    """What stands before 万 or 亿 where a number is written with it, and not whole: of 12000 1.2."""
    found = [(Decimal(number) / size).normalize() for size in TEN_THOUSANDS.values() if number >= size]
    return [format(one, "f") for one in found if one % 1 and one == round(one, _DECIMALS)]


def _digits(match: re.Match[str]) -> str:
    if match["percent"]:
        whole, _, rest = match["percent"].partition("点")
        share = whole if whole[0].isdigit() else value(whole)
        behind = f".{''.join(str(DIGIT_VALUES[sign]) for sign in rest)}" if rest else ""
        return match[0] if share is None else f"{share}{behind}%"
    if match["tenths"]:
        half = match["half"]
        return f"{DIGIT_VALUES[match['tenths']]}{5 if half == '半' else DIGIT_VALUES.get(half or '零', 0)}%"
    number = value(match[0])
    return match[0] if number is None else str(number)


def _signs(match: re.Match[str]) -> list[str]:
    if match["percent"]:
        share = int(match["percent"])
        return [one for one in (f"百分之{written(share)}", _tenths(share)) if one]
    if match["year"]:
        return [_by_digits(match["year"])]
    number, counted = int(match["number"]), match.string[match.end()]
    full = number * TEN_THOUSANDS.get(counted, 1)
    others = [str(full)] if counted in TEN_THOUSANDS and full < _PRINTED else []
    others += _scaled(full)
    if number == 2 and counted not in "月日号年级等":
        return [f"两{counted}", *others]
    return [written(number) + (counted if number <= 10 or counted in "月日" else ""), *others]


def _by_digits(digits: str) -> str:
    return "".join("〇" if digit == "0" else DIGITS[int(digit)] for digit in digits)


def _tenths(share: int) -> str:
    return f"{'两' if share == 20 else DIGITS[share // 10]}成" if share % 10 == 0 and 0 < share < 100 else ""
