import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.charset import decode

PROSE = "周一凌晨，台风登陆后港口停止作业，两台起重机受损，所有进港船舶在锚地等候通知。"


@pytest.mark.parametrize("declared", [None, "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "nonsense"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "big5hkscs"])
def test_bytes_are_believed_before_what_is_declared(encoding, declared):
    text = PROSE if encoding != "big5hkscs" else "港務局表示，潛水員將在週四之前完成港池清理，屆時逐步恢復航運。" * 2
    page = f"<meta charset=gb2312><p>{text}</p>".encode(encoding)
    if encoding == "big5hkscs":
        page = page.replace(b"gb2312", b"big5")
    assert text in decode(page, declared)[0]


def test_the_glyphs_of_an_icon_font_are_no_damage():
    page = "<i>\ue001</i><i>\uf0c9</i><p>It won’t.</p>"
    assert decode(page.encode(), "text/html; charset=utf-8") == (page, "utf-8")


def test_a_broken_byte_makes_no_other_charset():
    page = PROSE.encode() + b"\xff" + PROSE.encode()
    assert decode(page) == (f"{PROSE}\ufffd{PROSE}", "utf-8")


def test_text_far_behind_ascii_is_sampled():
    filler = "<script>" + "x" * 400_000 + "</script>"
    assert decode((filler + PROSE).encode("gbk")) == (filler + PROSE, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_mark(encoding):
    assert decode(f"<p>{PROSE}</p>".encode(encoding)) == (f"<p>{PROSE}</p>", encoding)


def test_iso_2022_is_read_where_it_is_declared():
    text = "<p>港は月曜日に閉鎖された。</p>"
    assert decode(text.encode("iso2022-jp"), "text/html; charset=iso-2022-jp") == (text, "iso2022_jp")


@given(st.binary(), st.none() | st.text())
def test_any_bytes_have_a_charset(body, declared):
    text, encoding = decode(body, declared)
    assert body.decode(encoding, "replace").endswith(text)


@pytest.mark.parametrize("name", "base64 hex bz2 zip uu quopri idna undefined punycode rot13 utf-16 utf-32".split())
def test_a_name_that_is_no_charset_of_text_is_passed_over(name):
    body = f"<meta charset={name}><p>{PROSE}</p>".encode("gbk")
    assert decode(body, f"text/html; charset={name}") == (body.decode("gbk"), "gb18030")


@pytest.mark.parametrize("text", ["Le café fut fermé à l’été.", "un été", "Ça va déjà mieux, dit-il à sa sœur aînée."])
def test_latin_letters_are_not_taken_for_chinese(text):
    assert decode(f"<p>{text}</p>".encode("cp1252"), "text/html; charset=iso-8859-1") == (f"<p>{text}</p>", "cp1252")
