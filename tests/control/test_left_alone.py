"""What the embedded model leaves alone by default."""

import pytest
import spacy

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def nlp():
    """The embedded model, which changes whatever it finds likelier, not to be modified."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector", config={"threshold": 0.0})
    return nlp


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("今收到货款人民币壹佰元整。", "壹佰元"),
        ("今收到货款人民币壹佰元整。", "壹佰元整"),
        ("合计人民币贰万叁仟肆佰伍拾陆元整。", "贰万叁仟肆佰伍拾陆"),
        ("详见文末的`附则`一节。", "`附则`"),
        ("条文见https://example.com/法规/附则我门再看看。", "https://example.com/法规/附则"),
        ("请写信给user@公司.com说明情况。", "user@公司.com"),
        ("感谢@李建过 提供的照片。", "@李建过"),
        ("欢迎参加#高行打卡#活动。", "#高行打卡#"),
        ("文件在C:\\用户\\高行\\附则.docx里。", "C:\\用户\\高行\\附则.docx"),
    ],
)
def test_identifiers_and_amounts_stay_even_where_everything_else_is_changed(nlp, text, part):
    assert part in nlp(text)._.corrected


def test_an_error_beside_an_identifier_is_still_corrected():
    nlp = spacy.blank("zh")
    nlp.add_pipe("sdcl_corrector")
    text = "我今天很高行，因为`附则`写好了，见https://example.com/附则。我门都很高行。"
    expected = "我今天很高兴，因为`附则`写好了，见https://example.com/附则。我们都很高兴。"
    assert nlp(text)._.corrected == expected
