"""Every order operation in both languages through `run_chat.py --plain --json`, as a program would.

    python -m benchmarks.service.operations

Protocol: a demo shop is made, and each operation is talked through in a fresh copy of it by a
process of its own: lines in, one JSON reply a line out. Counted is an operation whose last replies
hold what must be in them; writes are checked in the tables by the conversations that ship.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from knowledge.demo import build_demo_shop

TALKS: dict[str, dict[str, tuple[str, list[str], str]]] = {
    "identify by e-mail": {
        "en": ("", ["my email is mia.keller@example.com"], "Mia"),
        "zh": ("", ["我的邮箱是chen.wei@example.com"], "伟"),
    },
    "list orders": {
        "en": ("mia", ["show me all my orders"], "AS-10001"),
        "zh": ("chen.wei", ["看看我的所有订单"], "AS-20001"),
    },
    "order details": {
        "en": ("mia", ["where is my order AS-10002?"], "AS-10002"),
        "zh": ("chen.wei", ["我的订单AS-20002到哪了"], "AS-20002"),
    },
    "item and its versions": {
        "en": ("mia", ["what did I pay for order AS-10003?"], "$"),
        "zh": ("chen.wei", ["订单AS-20003里有什么？"], "AS-20003"),
    },
    "cancel": {
        "en": ("mia", ["cancel order AS-10001, I don't need it any more", "yes"], "is cancelled"),
        "zh": ("chen.wei", ["取消订单AS-20001，不需要了", "确认"], "已取消"),
    },
    "change items": {
        "en": ("mia", ["change the linen v-neck in AS-10001 to size M", "1", "yes"], "AS-10001"),
        "zh": ("chen.wei", ["把订单AS-20001的跑鞋换成10码", "1", "确认"], "AS-20001"),
    },
    "change an order's address": {
        "en": (
            "mia",
            ["send order AS-10001 to 5 Oak Street, Denver, CO 80201", "yes"],
            "5 Oak Street",
        ),
        "zh": (
            "chen.wei",
            ["订单AS-20001的收货地址改成北京市朝阳区建国路8号", "确认"],
            "建国路8号",
        ),
    },
    "change the default address": {
        "en": (
            "mia",
            ["change my default address to 5 Oak Street, Denver, CO 80201", "yes"],
            "5 Oak Street",
        ),
        "zh": ("chen.wei", ["把我的默认地址改成北京市朝阳区建国路8号", "确认"], "建国路8号"),
    },
    "change payment": {
        "en": ("mia", ["change the payment method of order AS-10001", "1", "yes"], "AS-10001"),
        "zh": ("chen.wei", ["我想改订单AS-20001的付款方式", "1", "确认"], "AS-20001"),
    },
    "return": {
        "en": ("mia", ["I want to return the hoodie from AS-10003", "yes"], "is set up"),
        "zh": ("chen.wei", ["我想退订单AS-20003里的所有商品", "确认"], "已登记"),
    },
    "exchange": {
        "en": (
            "mia",
            ["exchange the hoodie from AS-10003 for another size", "1", "yes"],
            "AS-10003",
        ),
        "zh": ("chen.wei", ["把订单AS-20003的冲锋衣换个尺码", "1", "确认"], "AS-20003"),
    },
    "refund": {
        "en": ("mia", ["I want a refund for the hoodie in order AS-10003", "yes"], "is set up"),
        "zh": ("chen.wei", ["订单AS-20001我要退款，不需要了", "确认"], "已取消"),
    },
    "refund status": {
        "en": ("mia", ["where is my refund?"], "refund"),
        "zh": ("chen.wei", ["我的退款到哪了？"], "退款"),
    },
    "invoice": {
        "en": ("mia", ["I need the invoice for order AS-10003"], "AS-10003"),
        "zh": ("chen.wei", ["给我订单AS-20003的发票"], "AS-20003"),
    },
    "review": {
        "en": ("mia", ["I want to leave a review"], "?"),
        "zh": ("chen.wei", ["我想写个评价"], "？"),
    },
    "a person": {
        "en": ("mia", ["let me talk to a human"], "colleague"),
        "zh": ("chen.wei", ["转人工"], "同事"),
    },
}


def talk(shop: Path, customer: str, lines: list[str]) -> list[str]:
    """The texts of the replies to the lines, from a process of its own."""
    command = [sys.executable, "run_chat.py", "--plain", "--json", "--shop", str(shop)]
    if customer:
        command += ["--customer", customer]
    done = subprocess.run(
        command,
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [str(row.get("text", "")) for row in rows]


def main() -> None:
    """Print which operations were carried out."""
    right, total = 0, 0
    with tempfile.TemporaryDirectory(prefix="aisle-operations-") as folder:
        kept = Path(folder) / "kept"
        build_demo_shop(kept, datetime.now(UTC))
        for name, languages in TALKS.items():
            for language, (customer, lines, wanted) in languages.items():
                shop = Path(folder) / "shop"
                shutil.rmtree(shop, ignore_errors=True)
                shutil.copytree(kept, shop)
                texts = talk(shop, customer, lines)
                good = bool(texts) and wanted in texts[-1]
                right, total = right + good, total + 1
                if not good:
                    print(f"{name} ({language}): {texts[-1:] or 'no reply'}")
    print(f"{right} of {total} operations in both languages through --plain --json")


if __name__ == "__main__":
    main()
