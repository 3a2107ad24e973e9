import shutil
import zipfile

import pytest

from pipeline.data.schema import Tag
from pipeline.errors import SkargaError
from pipeline.serving import bundle
from pipeline.serving.records import Columns
from pipeline.serving.spark.session import explain

# Spark speaks to its own Java and Python processes over 127.0.0.1, and warns of pandas 3, which we call nothing of.
pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.filterwarnings("ignore")]

TEXTS = ["Вже третій тиждень чекаю на повернення коштів", " \u200b", None, "Курьер нахамил, верните деньги!"]


def plain(row):
    """A row of Spark as the tagger would give it."""
    fields = row.asDict(recursive=True)
    return {name: fields[name] for name in Tag.model_fields}


@pytest.fixture
def tag_frame(spark):
    from pipeline.serving.spark import tag_frame

    return tag_frame


def test_every_row_comes_back_with_tags_or_with_a_reason(spark, tag_frame, bundle_dir, tagger):
    rows = [(number, text, "web", [1, 2]) for number, text in enumerate(TEXTS)]
    df = spark.createDataFrame(rows, "id long, text string, category string, `a.b` array<int>")
    tagged = tag_frame(df, bundle_dir)
    assert tagged.columns == ["text", "input_category", "a.b", *Tag.model_fields, "reject_reason"]
    found = tagged.collect()
    assert [row.text for row in found] == TEXTS
    assert [row.reject_reason for row in found] == [None, "empty_text", "missing_text", None]
    assert [(row.id, row.input_category, row["a.b"]) for row in found] == [(str(n), "web", [1, 2]) for n in range(4)]
    assert [found[1].category, found[1].signals, found[2].needs_review] == [None, None, None]
    expected = tagger.tag([{"id": str(number), "text": TEXTS[number]} for number in (0, 3)])
    assert [plain(found[number]) for number in (0, 3)] == expected


def test_columns_may_have_other_names_and_an_id_may_be_missing(spark, tag_frame, bundle_dir):
    df = spark.createDataFrame([("t-1", TEXTS[0]), (" ", TEXTS[3])], "ticket string, message string")
    renamed = tag_frame(df, bundle_dir, Columns(text="message", id="ticket")).collect()
    assert [(row.ticket, row.id) for row in renamed] == [("t-1", "t-1"), (" ", None)]
    (without,) = tag_frame(df.select("message").limit(1), bundle_dir, Columns(text="message")).collect()
    assert (without.id, without.reject_reason) == (None, None)


def test_a_missing_column_is_named_before_anything_runs(spark, tag_frame, bundle_dir):
    df = spark.createDataFrame([("t-1", TEXTS[0])], "id string, texts string")
    with pytest.raises(SkargaError, match=r"no column 'text'\n.*'texts'"):
        tag_frame(df, bundle_dir)


def test_a_bundle_damaged_on_its_way_is_refused_where_it_arrives(spark, bundle_dir, tmp_path, monkeypatch):
    from pyspark.errors import PySparkException

    from pipeline.serving.spark import shipping, tag_frame

    def damaged(*arguments):
        archive = pack(*arguments)
        with zipfile.ZipFile(archive, "a") as file:
            file.writestr("stowaway.bin", b"")
        return archive

    pack = shipping._packed.__wrapped__
    monkeypatch.setattr(shipping, "_packed", damaged)
    other = shutil.copytree(bundle_dir, tmp_path / "other")
    with (other / bundle.SIGNALS).open("a") as rules:
        rules.write("# another bundle than those that the workers hold already")
    bundle.seal(other, data={}, params="", metrics={})
    df = spark.createDataFrame([("t-1", TEXTS[0])], "id string, text string")
    with pytest.raises(PySparkException) as failed:
        tag_frame(df, other).collect()
    assert "stowaway.bin is not listed in the manifest" in explain(failed.value).problem
