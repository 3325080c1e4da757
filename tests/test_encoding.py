"""Bytes of any encoding become text, and what was repaired is said."""

import pytest

from newstext.encoding import declared_in, decode, scrub

GERMAN = "Der Präsident sagte am Mittwoch in Köln, die Größe der Maßnahme sei „übertrieben“. " * 3
POLISH = "Prezydent powiedział w środę w Łodzi, że środki są przesadzone i będą źle przyjęte. " * 3
RUSSIAN = "Президент заявил в среду в Москве, что эти меры будут приняты плохо и не помогут. " * 3
JAPANESE = "大統領は水曜日、東京での記者会見で、この措置は行き過ぎだと述べた。政府は来週、新しい案を示す。" * 3
CHINESE = "市長星期三在台北表示，這些措施太重，政府將在下個月提出新方案。市民對此反應不一，有人支持。" * 3
KOREAN = "대통령은 수요일 서울에서 열린 기자회견에서 이번 조치가 지나치다고 말했다. 정부는 다음 주에 새 안을 낸다. " * 3
TURKISH = (
    "Bakan çarşamba günü yaptığı açıklamada, bu önlemlerin aşırı olduğunu, ülke için iyi olmayacağını söyledi. " * 3
)
CZECH = "Ministr ve středu v Praze řekl, že tato opatření jsou přehnaná a že se vláda sejde až příští týden. " * 3
HUNGARIAN = "A miniszter szerdán azt mondta, hogy az új intézkedések túlzók, és a kormány jövő héten dönt erről. " * 3
ROMANIAN = "Ministrul a declarat miercuri că măsurile sunt exagerate şi că guvernul va decide săptămâna viitoare. " * 3
LATVIAN = "Ministrs trešdien sacīja, ka šie pasākumi ir pārspīlēti un ka valdība par to lems nākamajā nedēļā. " * 3
FRENCH = "Le ministre a déclaré mercredi que ces mesures étaient exagérées et que l'été serait très dur à Évreux. " * 3
SPANISH = "El ministro dijo el miércoles que estas medidas son exageradas. ¿Qué hará la oposición en España? " * 3
DANISH = "Ministeren sagde onsdag, at de nye regler går for vidt, og at færgen på øen først sejler i næste uge. " * 3
ICELANDIC = "Ráðherrann sagði á miðvikudag að þessar aðgerðir væru of harðar og að ríkisstjórnin ætlaði að bíða. " * 3
ARABIC = "قال الرئيس يوم الأربعاء في القاهرة إن هذه الإجراءات مبالغ فيها ولن تساعد أحدا في البلاد. " * 3


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8"),
        (GERMAN, "utf-16", "utf-16-le"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-32", "utf-32-le"),
        (GERMAN, "cp1252", "windows-1252"),
    ],
)
def test_undeclared_text_is_decoded_and_named(text, encoding, name):
    """Marks, the places of NULs, strict UTF-8 and Windows-1252 are told apart without any declaration."""
    assert decode(text.encode(encoding))[:2] == (text, name)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(POLISH, "iso-8859-2"), (RUSSIAN, "cp1251"), (JAPANESE, "cp932"), (JAPANESE, "euc-jp"), (ARABIC, "cp1256")],
)
def test_other_alphabets_are_detected(text, encoding):
    """Bytes that make no Western words are taken for the encoding in which they make words, and that is noted."""
    decoded = decode(text.encode(encoding))

    assert decoded.text == text
    assert "not declared" in decoded.notes[0]


def test_characters_that_vendors_added_to_shift_jis_do_not_hide_it():
    """Circled digits, Roman numerals and company signs of Windows stand in many Japanese texts."""
    text = JAPANESE + "新しい案は①予算、②人員、Ⅲ期限の三つで、㈱東京が出す。"

    assert decode(text.encode("cp932"))[:2] == (text, "shift_jis")


@pytest.mark.parametrize(("text", "encoding"), [(CHINESE, "gb18030"), (CHINESE, "big5"), (KOREAN, "euc-kr")])
def test_other_scripts_of_two_bytes_are_not_taken_for_japanese(text, encoding):
    """Chinese and Korean bytes make hardly any kana, whichever encoding they are read in."""
    assert decode(text.encode(encoding)).text == text


def test_declared_encoding_goes_before_windows_1252():
    """What looks Western may be declared as something else, by the markup or by who hands it over."""
    page = '<?xml version="1.0" encoding="ISO-8859-2"?><p>Łódź, środa</p>'.encode("iso-8859-2")

    assert "Łódź, środa" in decode(page).text
    assert decode("Łódź".encode("iso-8859-2"), "latin2").text == "Łódź"


@pytest.mark.parametrize("label", ["hex", "no-such-encoding", "utf-7", "utf-8", "zlib"])
def test_useless_declarations_are_passed_over(label):
    """A declaration that is unknown, false or no text encoding changes nothing."""
    assert decode(GERMAN.encode("cp1252"), label).text == GERMAN


def test_latin_1_means_windows_1252():
    """Pages that say iso-8859-1 hold the quotes and dashes of Windows."""
    assert decode(b'<meta charset="iso-8859-1">\x93caf\xe9\x94', None).text.endswith("“café”")


def test_few_foreign_bytes_do_not_change_the_encoding():
    """A UTF-8 page with a Windows byte pasted into it stays UTF-8, and the byte is read for what it is."""
    decoded = decode(GERMAN.encode() + b" caf\xe9")

    assert decoded.text == GERMAN + " café"
    assert decoded.notes == ("1 bytes that are not UTF-8 were read as windows-1252",)


def test_mojibake_is_repaired_line_by_line_and_noted():
    """UTF-8 that was read as Windows-1252 once is put right; a line in order is not touched."""
    scrambled = "Größe".encode().decode("cp1252")

    decoded = decode(f"{scrambled}\nSÃO PAULO (Reuters) -".encode())

    assert decoded.text == "Größe\nSÃO PAULO (Reuters) -"
    assert decoded.notes == ("1 lines of UTF-8 that had been read as windows-1252 were repaired",)


def test_controls_go_and_direction_marks_stay():
    """NULs, escapes and lone surrogates are no text; right-to-left marks and joiners are."""
    assert decode("a\0b\x1b[31m\u202eeh\u200d".encode()).text == "ab[31m\u202eeh\u200d"
    assert scrub("\ud800\ufeffx\ufffe") == "\ufffdx"


def test_line_ends_are_newlines():
    """Every kind of line end is read as one, so that spans and paragraphs do not depend on the machine."""
    assert decode("a\r\nb\rc\u2028d\u0085e\x0cf".encode()).text == "a\nb\nc\nd\ne\nf"


def test_declaration_is_found_in_markup_only_at_its_start():
    """XML declarations and both kinds of `<meta>` count."""
    assert declared_in(b"<?xml version='1.0' encoding='koi8-r'?>") == "koi8-r"
    assert declared_in(b'<meta http-equiv="x" content="text/html; charset=big5">') == "big5"
    assert declared_in(b" " * 5000 + b'<meta charset="big5">') is None


def test_declaration_behind_the_scripts_of_a_page_is_found():
    """Pages declare their encoding late in long heads; of other files only the start is asked."""
    page = f"<html><head><script>{'x();' * 3_000}</script><meta charset=cp1254><p>salı ağır şoför".encode("cp1254")

    assert decode(page).text.endswith("salı ağır şoför")
    assert declared_in(page) == "cp1254"


@pytest.mark.parametrize("label", ["utf-\0", "no-such-encoding", "hex", "é", ""])
def test_a_declaration_that_names_no_encoding_is_passed_over(label):
    """A mail's or web record's header may say anything: the bytes are read as if it said nothing."""
    assert decode("São Paulo".encode("cp1252"), label).text == "São Paulo"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TURKISH, "windows-1254"),
        (CZECH, "windows-1250"),
        (HUNGARIAN, "windows-1250"),
        (ROMANIAN, "windows-1250"),
        (LATVIAN, "windows-1257"),
    ],
)
def test_languages_of_other_code_pages_are_decoded_in_their_own(text, encoding):
    """Letters of another code page that are letters in Windows-1252 too are told by the language around them."""
    decoded = decode(text.encode(encoding))

    assert decoded[:2] == (text, encoding)
    assert "not declared" in decoded.notes[0]


@pytest.mark.parametrize("text", [GERMAN, FRENCH, SPANISH, DANISH, ICELANDIC])
def test_western_languages_stay_in_windows_1252(text):
    """What Windows-1252 writes is not taken for another code page, however many accents it has."""
    assert decode(text.encode("cp1252")) == (text, "windows-1252", ())


def test_iso_2022_jp_is_known_by_its_escapes_whatever_is_declared():
    """The encoding of Japanese mail is ASCII to look at, and keeps katakana of half width."""
    text = "Re: " + JAPANESE + "\nﾆｭｰｽ\n"

    assert decode(text.encode("iso2022_jp_ext"), "utf-8") == (text, "iso-2022-jp", ())


def test_an_escape_in_ascii_is_no_japanese():
    """A stray escape in front of a dollar sign leaves a text as it is."""
    assert decode(b"The fee is \x1b$Brand new and 14 dollars more than last year's.").encoding == "utf-8"
