"""A process per complaint: nothing to keep running, at the price of a start (about a second) for each.

python examples/crm/each.py "Вже третій тиждень чекаю на повернення коштів"
"""

import json
import subprocess
import sys
from typing import Any

COMMAND = ("skarga", "predict", "-", "--json", "--quiet")
SECONDS = 60


class TaggingError(Exception):
    """The message cannot be tagged; what `skarga` says of it, which quotes nothing of the customer's."""


def tag(text: str, command: tuple[str, ...] = COMMAND) -> dict[str, Any]:
    """Tag one message. It goes through stdin: arguments are seen by every user of the machine."""
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
    if done.returncode != 0:
        raise TaggingError(done.stderr.decode().strip())
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    print(tag(sys.argv[1])["category"])
