"""What continued pretraining is worth: the encoder first guesses hidden pieces of real messages, then learns as ever.

    dvc exp run -S prepare.sources=full split && python -m benchmarks.pretraining

From the encoder as it was and as it became, the default recipe is trained on real complaints and the corpus. Figures
are those of validation rows of real complaints; no test row is looked at.
"""

import shutil
import tempfile
from pathlib import Path

import pandas as pd
import torch
from tabulate import tabulate
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, PreTrainedModel, Trainer, TrainingArguments

from benchmarks.ablations import FIGURES, judge
from pipeline import config, paths
from pipeline.data.table import read_table
from pipeline.evaluation.sampling import sample
from pipeline.labels import load_labels
from pipeline.modeling.batches import encode_texts
from pipeline.modeling.network import Network, head_sizes
from pipeline.modeling.trainer import train
from pipeline.text.tokens import TextEncoder

LABELLED = ("corpus", "complaints_real")
READ = (*LABELLED, "complaint_pool")  # whose texts are pretrained on
TEST = "complaints_real"
MOST_ROWS = 1500  # of a labelled source
MOST_TEXTS = 6000
LEARNING_RATE = 1e-4
_TOKENS = 128
_NOT_HIDDEN = -100  # the label of all other pieces, as transformers writes it


class Guessing(nn.Module):
    """The encoder, and a head that names hidden pieces by its embeddings (Devlin et al. 2019, arXiv:1810.04805)."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.turned = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.LayerNorm(hidden))
        self.biases = nn.Parameter(torch.zeros(encoder.config.vocab_size))
        encoder.get_submodule("embeddings").requires_grad_(False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Ids, mask and labels (batch, tokens) → the loss."""
        hidden = labels != _NOT_HIDDEN
        tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state[hidden]
        logits = functional.linear(self.turned(tokens), self.encoder.get_input_embeddings().weight, self.biases)
        return {"loss": functional.cross_entropy(logits.float(), labels[hidden])}


def main() -> None:
    """Print a line for each of the two encoders."""
    rows = {part: read_table(paths.SPLIT / f"{part}.parquet") for part in ("train", "validation")}
    read = rows["train"][rows["train"]["source"].isin(READ)]
    labelled = [sample(read[read["source"] == source], MOST_ROWS) for source in LABELLED]
    known = {
        "train": pd.concat(labelled, ignore_index=True),
        "validation": rows["validation"][rows["validation"]["source"] == TEST].reset_index(drop=True),
    }
    lines = []
    with tempfile.TemporaryDirectory() as work:
        pretrained = pretrain(sample(read, MOST_TEXTS)["text"].tolist(), Path(work))
        for name, encoder in (("as it was", paths.ENCODER), ("after continued pretraining", pretrained)):
            network, _ = train(known, encoder, load_labels(paths.LABELS), config.load_params().train, Path(work) / name)
            lines.append([name, *judge(network, known["validation"])])
            print(lines[-1], flush=True)
    print(tabulate(lines, ["the encoder", *FIGURES], tablefmt="github", floatfmt=".3f"))


def pretrain(texts: list[str], work: Path) -> Path:
    """Let the encoder guess hidden pieces of every text once; write what it became into a folder of `work`."""
    encoder = Network.from_encoder(paths.ENCODER, head_sizes(load_labels(paths.LABELS))).encoder
    tokenizer = AutoTokenizer.from_pretrained(paths.ENCODER, local_files_only=True)
    ids = encode_texts(texts, TextEncoder.load(paths.ENCODER, _TOKENS))
    trainer = Trainer(
        model=Guessing(encoder),
        args=TrainingArguments(
            output_dir=str(work / "pretraining"),
            num_train_epochs=1,
            per_device_train_batch_size=32,
            learning_rate=LEARNING_RATE,
            warmup_steps=0.1,
            train_sampling_strategy="group_by_length",
            save_strategy="no",
            bf16=True,
            use_cpu=not torch.cuda.is_available(),
            dataloader_pin_memory=torch.cuda.is_available(),
            remove_unused_columns=False,
            logging_steps=20,
            report_to=[],
            seed=config.load_params().train.seed,
        ),
        train_dataset=[{"input_ids": row} for row in ids],
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm_probability=0.15),
    )
    trainer.train()
    folder = work / "encoder"
    shutil.copytree(paths.ENCODER, folder)
    encoder.float().cpu().save_pretrained(folder)
    return folder


if __name__ == "__main__":
    main()
