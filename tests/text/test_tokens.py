import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.tokens import PREFIX, TextEncoder, pad

FEW = settings(max_examples=80, deadline=None)
LONG = " ".join(f"слово{n}" for n in range(400))


@pytest.fixture(scope="module")
def encoder(encoder_dir):
    return TextEncoder.load(encoder_dir, max_tokens=32)


def pieces_of(text, encoded):
    return [text[start:end] for start, end in encoded.spans.tolist() if end]


def test_a_short_text_is_read_whole(encoder):
    text = "Де мої гроші?"
    (encoded,) = encoder.encode([text])
    assert not encoded.truncated
    assert "".join(pieces_of(text, encoded)).replace(" ", "") == text.replace(" ", "")
    assert encoded.ids[0] == 0
    assert encoded.ids[-1] == 2
    assert encoded.spans[[0, -1]].tolist() == [[0, 0], [0, 0]]


def test_every_text_is_read_behind_the_prefix_of_the_encoder(encoder):
    from tokenizers import Tokenizer

    text = "Верните деньги"
    plain = Tokenizer.from_str(encoder._tokenizer.to_str()).encode(PREFIX + text)
    assert encoder.encode([text])[0].ids.tolist() == plain.ids


def test_of_a_long_text_the_beginning_and_the_end_are_kept(encoder):
    (encoded,) = encoder.encode([LONG])
    assert encoded.truncated
    assert len(encoded.ids) == len(encoded.spans) == 32
    kept = pieces_of(LONG, encoded)
    assert LONG.startswith(kept[0])
    assert LONG.endswith(kept[-1])
    places = encoded.spans[encoded.spans[:, 1] > 0]
    gap = np.flatnonzero(np.diff(places[:, 0]) > 100)
    assert len(gap) == 1, "one cut"
    assert len(places) - gap[0] - 1 == 7, "a quarter of the room, with the closing piece, is for the end"


def test_a_text_far_too_long_is_cut_before_tokenizing_and_keeps_its_places(encoder):
    text = "Початок скарги. " + "а" * 1_000_000 + " Поверніть мої гроші"
    (encoded,) = encoder.encode([text])
    assert encoded.truncated
    assert len(encoded.ids) == 32
    assert text[encoded.spans[-2][0] : encoded.spans[-2][1]] == text[-len("".join(pieces_of(text, encoded)[-1])) :]
    assert encoded.spans.max() == len(text)


@FEW
@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_texts_do_not_change_each_other(encoder, texts):
    for text, encoded in zip(texts, encoder.encode(texts), strict=True):
        (alone,) = encoder.encode([text])
        np.testing.assert_array_equal(encoded.ids, alone.ids)
        np.testing.assert_array_equal(encoded.spans, alone.spans)


@FEW
@given(st.text(st.characters(codec=None), max_size=700))
def test_any_text_fits_and_every_piece_has_a_place_in_it(encoder, text):
    (encoded,) = encoder.encode([text])
    assert 2 <= len(encoded.ids) <= 32
    starts, ends = encoded.spans.T
    assert (starts >= 0).all()
    assert (starts <= ends).all()
    assert (ends <= len(text)).all()
    real = encoded.spans[ends > 0]
    assert (np.diff(real[:, 0]) >= 0).all(), "pieces come in the order of the text"


def test_lone_surrogates_read_as_unknown_characters(encoder):
    broken, asked = encoder.encode(["гроші \ud83d де", "гроші ? де"])
    np.testing.assert_array_equal(broken.ids, asked.ids)


@pytest.mark.parametrize("word", ["<mask>", "<pad>", "</s>", "<unk>"])
def test_words_that_look_like_special_tokens_are_pieces_that_the_network_knows(encoder, word):
    text = f"ціна {word} грн"
    (encoded,) = encoder.encode([text])
    assert encoded.ids.max() < encoder._tokenizer.get_vocab_size(with_added_tokens=False)
    assert "".join(pieces_of(text, encoded)).replace(" ", "") == text.replace(" ", "")


def test_what_is_saved_encodes_the_same(encoder, tmp_path):
    encoder.save(tmp_path)
    loaded = TextEncoder.load(tmp_path)
    np.testing.assert_array_equal(loaded.encode([LONG])[0].ids, encoder.encode([LONG])[0].ids)
    assert loaded.pad_id == encoder.pad_id == 1


def test_padding_goes_to_the_right():
    ids, mask = pad([np.array([5, 6, 7]), np.array([8])], 1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
