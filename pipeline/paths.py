"""Where everything lies, relative to the repository's root; each path has one owner, the stage that writes it."""

from pathlib import Path

PARAMS = Path("configs/params.yaml")
LABELS = Path("configs/labels.yaml")
SIGNALS = Path("configs/signals.yaml")
LANGUAGE = Path("configs/language.yaml")
SOURCES = Path("configs/sources.yaml")
WORLDS = Path("configs/customers.yaml")
COUNTERFACTUALS = Path("configs/counterfactuals.yaml")

CORRECTIONS = Path("data/labels")  # people, and `skarga audit --apply`: labels kept apart from the texts
FEEDBACK_JOURNAL = CORRECTIONS / "feedback.journal.jsonl"  # `skarga feedback`: who said what, and when
FEEDBACK_LABELS = CORRECTIONS / "feedback.jsonl"  # `skarga feedback`: the labels that follow from the journal
FEEDBACK = Path("data/feedback/texts.jsonl")  # `skarga feedback`: customers' own words, never in git
COMPLAINTS = Path("data/prepared/complaints.parquet")  # prepare
ENCODER = Path("models/encoder")  # prepare
CORPUS = Path("data/corpus")  # written by hand
SPLIT = Path("data/split")  # split
DATA_DRIFT = Path("data/drift.json")  # drift
TRAIN = Path("data/split/train.parquet")  # split
VALIDATION = Path("data/split/validation.parquet")  # split
TEST = Path("data/split/test.parquet")  # split
SIMULATED = Path("data/customers")  # simulate_customers
CONDUCT = Path("data/conduct/training.parquet")  # fit_risk
RISK = Path("models/risk.json")  # fit_risk
NETWORK = Path("models/network")  # train
LINEAR = Path("models/linear")  # train
HISTORY = Path("models/history.csv")  # train
UNFINISHED = Path("models/unfinished")  # train, while it runs: no output of the stage, so DVC leaves it alone
CALIBRATION = Path("models/calibration.json")  # calibrate
BUNDLE = Path("models/bundle")  # export
METRICS = Path("models/metrics.json")  # evaluate
ROBUSTNESS = Path("models/robustness.json")  # evaluate
PLOTS = Path("models/plots")  # evaluate
RISK_METRICS = Path("models/risk_metrics.json")  # evaluate_risk
RISK_PLOTS = Path("models/risk_plots")  # evaluate_risk
REPORT = Path("models/report.html")  # report
RUN = Path("models/run.json")  # track

PUBLIC_METRICS = Path("benchmarks/public/metrics.json")  # public, in benchmarks/dvc.yaml
PUBLIC_ROBUSTNESS = Path("benchmarks/public/robustness.json")  # public
RELEASED = Path("models/released")  # skarga promote, skarga rollback
RELEASED_FIGURES = Path("benchmarks/released")  # the same
FAST = Path("models/fast")  # made once, as docs/speed.md says; no stage and no command writes it
PROMOTIONS = Path("models/promotions.jsonl")  # the same
EARLIER = Path("models/earlier")  # the same: what was released before; not in git, which has every released model
PROMOTION = Path("models/.promotion")  # the same, while they run
RISK_METRICS = Path("models/risk_metrics.json")  # the evaluation of the risk model, where there is one
