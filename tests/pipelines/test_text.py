import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text import encodable, fold, fold_name, fold_paragraphs, split_tag

anything = st.text()


@given(anything)
def test_folded_text_is_one_line_that_can_be_encoded(text):
    folded = fold(text)
    assert folded is None or folded.split() == folded.split(" ")
    assert fold(folded) == folded
    msgspec.json.encode([folded, fold_name(text)])


@given(st.lists(anything))
def test_paragraphs_are_parted_by_one_blank_line(paragraphs):
    body = fold_paragraphs(paragraphs)
    assert body is None or all(fold_paragraphs([part]) == part for part in body.split("\n\n"))


@given(anything.filter(bool))
def test_any_title_splits(text):
    tag, rest = split_tag(text)
    assert rest
    assert tag is None or text.startswith("【")


def test_width_is_not_folded():
    assert fold("ＡＢＣ，１２３") == "ＡＢＣ，１２３"


@pytest.mark.parametrize(
    ("title", "split"),
    [
        ("【行业新闻】科学仪器", ("行业新闻", "科学仪器")),
        ("【 行业 】 科学", ("行业", "科学")),
        ("科学【图】", (None, "科学【图】")),
        ("【】科学", (None, "【】科学")),
        ("【图】【视频】科学", ("图", "【视频】科学")),
        ("[图]科学", (None, "[图]科学")),
    ],
)
def test_only_a_leading_tag_is_split_off(title, split):
    assert split_tag(title) == split


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("网络", "网络"),
        ("来源：网络", "网络"),
        ("【来源：新华社】", "新华社"),
        ("（ 信息来源: [人民网] ）", "人民网"),
        ("《科技日报》", "《科技日报》"),
        ("新华社（北京）", "新华社（北京）"),
        ("(甲)与(乙)", "(甲)与(乙)"),
        ("来源：", None),
        ("--", None),
        ("[ ]", None),
        ("来源于网络", "来源于网络"),
        ("未知", "未知"),
    ],
)
def test_a_name_is_without_its_label_and_brackets(words, name):
    assert fold_name(words) == name


def test_surrogates_are_replaced_wherever_they_are():
    assert encodable({"\ud800": [("\udfff", 1, None)]}) == {"?": [["?", 1, None]]}
