"""Names in two scripts: what a name in Hangul, Han, Arabic, ... can be in Latin letters."""

from __future__ import annotations

import re
from functools import lru_cache

from leadenrich.clean.identity.spelling import ascii_word, consonants, japanese, korean
from leadenrich.clean.identity.words import NameWords
from leadenrich.clean.text import words

# Romanisations of Korean family names beside the one that the letters give.
_KOREAN_FAMILIES = {"i": "li", "bag": "bag park", "im": "lim", "no": "lo", "u": "u", "yu": "lyu yu", "an": "an ahn"}
_INITIALS = {
    "a ai an ang ao e ei en er o ou": "",
    "a ai an ang ao ei en eng i ian iao ie in ing o u": "b p m",
    "a an ang ei en eng o ou u": "f",
    "a ai an ang ao e ei eng i ian iao ie ing iu ong ou u uan ui un uo": "d t",
    "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo ue ve v": "n l",
    "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo": "g k h",
    "i ia ian iang iao ie in ing iong iu u uan ue un": "j q x",
    "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo": "zh ch sh",
    "an ang ao e en eng i ong ou u uan ui un uo": "r",
    "a ai an ang ao e ei en eng i ong ou u uan ui un uo": "z c s",
    "a an ang ao e i in ing ong ou u uan ue un": "y",
    "a ai an ang ei en eng o u": "w",
}
_SYLLABLES = sorted(
    {
        initial + final
        for finals, initials in _INITIALS.items()
        for initial in initials.split() or [""]
        for final in finals.split()
    },
    key=len,
    reverse=True,
)
_PINYIN = re.compile(f"(?:{'|'.join(_SYLLABLES)})+$")
# Family names and words that are common in Japan, as they are read.
_JAPANESE_FAMILIES = dict(
    pair.split("=")
    for pair in words(
        """
    佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 渡邊=watanabe 山本=yamamoto
    中村=nakamura 小林=kobayashi 加藤=kato 吉田=yoshida 山田=yamada 佐々木=sasaki 山口=yamaguchi 松本=matsumoto
    井上=inoue 木村=kimura 清水=shimizu 斎藤=saito 斉藤=saito 山崎=yamazaki 阿部=abe 池田=ikeda 橋本=hashimoto
    石川=ishikawa 前田=maeda 藤田=fujita 後藤=goto 小川=ogawa 岡田=okada 長谷川=hasegawa 村上=murakami
    近藤=kondo 石井=ishii 坂本=sakamoto 遠藤=endo 青木=aoki 藤井=fujii 西村=nishimura 福田=fukuda 太田=ota
    三浦=miura 岡本=okamoto 松田=matsuda 中川=nakagawa 中野=nakano 原田=harada 小野=ono 竹内=takeuchi
    田村=tamura 金子=kaneko 和田=wada 中山=nakayama 石田=ishida 上田=ueda 森田=morita 柴田=shibata 酒井=sakai
    工藤=kudo 横山=yokoyama 宮崎=miyazaki 宮本=miyamoto 内田=uchida 高木=takagi 安藤=ando 島田=shimada
    谷口=taniguchi 大野=ono 丸山=maruyama 今井=imai 河野=kono 藤原=fujiwara 村田=murata 武田=takeda 上野=ueno
    杉山=sugiyama 増田=masuda 小島=kojima 平野=hirano 大塚=otsuka 千葉=chiba 久保=kubo 松井=matsui 野口=noguchi
    菊地=kikuchi 岩崎=iwasaki 桜井=sakurai 野村=nomura 木下=kinoshita
        """
    )
)


def same_across_scripts(a: NameWords, b: NameWords) -> bool | None:
    """Return whether two names in two scripts may be one person's; None: that cannot be told.

    Cyrillic and Greek are left to the comparison of romanised words.
    """
    for native, latin in ((a, b), (b, a)):
        if latin.script != "LATIN":
            continue
        if native.script in ("HAN", "HIRAGANA", "KATAKANA"):
            return _han(native, latin)
        if native.script == "HANGUL":
            return _hangul(native, latin)
        if native.script in ("ARABIC", "HEBREW", "DEVANAGARI"):
            return _by_consonants(native, latin)
    return None


def _han(native: NameWords, latin: NameWords) -> bool | None:
    text = "".join(native.raw)
    romans = [ascii_word(word) for word in latin.raw if len(word) > 1]
    reading = japanese_family(text)
    if reading is not None and (not _all_pinyin(romans) or reading in romans):
        return any((japanese(word) or word) == reading for word in romans)
    if native.script != "HAN" or not _all_pinyin(romans):
        return None
    syllables = _syllables(text)
    for size in (1, 2):  # family names of one syllable, and the few of two
        family, given = "".join(syllables[:size]), "".join(syllables[size:])
        if {family + given, given + family} & {"".join(romans), "".join(reversed(romans))}:
            return True
        if len(romans) > 2 and {romans[0], romans[-1]} & {family} and given in _joined(romans):
            return True
    return None if len(syllables) < 2 or len(romans) < 2 or not all(syllables) else False


def _joined(romans: list[str]) -> set[str]:
    return {"".join(romans[start:end]) for start in range(len(romans)) for end in range(start + 1, len(romans) + 1)}


def japanese_family(text: str) -> str | None:
    """Return how the family name that a Japanese name begins with is read, where it is a common one."""
    return next((found for size in (3, 2) if (found := _JAPANESE_FAMILIES.get(text[:size])) is not None), None)


def is_pinyin(word: str) -> bool:
    """Return whether a folded word can be Chinese syllables in pinyin."""
    return _PINYIN.match(word) is not None


def pinyin_of(text: str) -> tuple[str, ...]:
    """Return how the signs of a Chinese name are read, one by one."""
    return tuple(_syllables(text))


def pinyin_syllables(word: str) -> list[str]:
    """Return the syllables of a word in pinyin, where it has several: "xiaoming" -> ["xiao", "ming"]."""
    for first in _SYLLABLES:
        if word.startswith(first) and len(word) > len(first) and word[len(first) :] in _SYLLABLES:
            return [first, word[len(first) :]]
    return []


def _all_pinyin(romans: list[str]) -> bool:
    return bool(romans) and all(map(is_pinyin, romans))


@lru_cache(maxsize=4_096)
def _syllables(text: str) -> list[str]:
    from anyascii import anyascii

    return [anyascii(char).lower() for char in text]


def _hangul(native: NameWords, latin: NameWords) -> bool | None:
    text = "".join(native.raw)
    syllables = _syllables(text)
    if not 2 <= len(syllables) <= 4 or len(latin.raw) < 2:
        return None
    family, given = syllables[0], korean("".join(syllables[1:]))
    families = {korean(one) for one in _KOREAN_FAMILIES.get(family, family).split()} | {korean(family)}
    romans = [ascii_word(word) for word in latin.raw]
    for at in (0, len(romans) - 1):
        rest = korean("".join(romans[:at] + romans[at + 1 :]))
        if korean(romans[at]) in families and (rest == given or given.startswith(rest) or rest.startswith(given)):
            return True
    return False


def _by_consonants(native: NameWords, latin: NameWords) -> bool | None:
    if native.script == "ARABIC" and _long_u(latin) > _long_u(native):
        return False
    ours = {consonants("a".join(filter(str.isalpha, _syllables(word)))) for word in native.words} - {""}
    theirs = {consonants(ascii_word(word)) for word in latin.words if len(word) > 1} - {""}
    ours |= {word[1:] for word in ours if native.script == "ARABIC" and word[:1] == "l" and len(word) > 3}
    if not ours or not theirs:
        return None
    common = ours & theirs
    return len(common) >= min(len(native.words), len(theirs), 2)


def _long_u(name: NameWords) -> int:
    """Return how many words have a long "u", which Arabic writes: "Mahmoud" has one, "Mohammed" none."""
    return sum("ou" in word or "oo" in word or "و" in word for word in name.words)
