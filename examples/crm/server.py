"""MLflow's server: tags over HTTP, for callers on other machines.

mlflow models serve -m models:/skarga-tagger@candidate --env-manager local --port 5001
python examples/crm/server.py http://127.0.0.1:5001 "Вже третій тиждень чекаю на повернення коштів"
"""

import json
import sys
import urllib.request
from typing import Any

SECONDS = 60


def tag(records: list[dict[str, Any]], server: str) -> list[dict[str, Any]]:
    """Tag records; the answers are tags alone, in the order of the records. One record that is blank fails them all."""
    body = json.dumps({"dataframe_records": records}).encode()
    request = urllib.request.Request(f"{server}/invocations", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return list(json.load(answer)["predictions"])


if __name__ == "__main__":
    print(tag([{"id": "1", "text": sys.argv[2]}], sys.argv[1])[0]["category"])
