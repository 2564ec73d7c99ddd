"""Where article search should say that nothing answers: scores of questions with and without one.

The demo shop is asked questions that its articles answer and questions that no shop's help does.
Prints the share of answerable questions whose best passage is of the right topic, and for each
threshold how many answerable questions pass and how many others are kept out.

    python -m benchmarks.knowledge.articles --shop /tmp/demo
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from db.models import Article
from db.unit import read_unit
from knowledge.demo import open_or_build

ANSWERED = {
    "en": {
        "how long does delivery take": "shipping",
        "what does shipping cost": "shipping",
        "do you ship abroad": "shipping",
        "can I send something back": "returns",
        "how many days do I have to return an item": "returns",
        "who pays for the return parcel": "returns",
        "how long is the guarantee": "warranty",
        "my toaster broke after a year": "warranty",
        "which cards do you take": "payment",
        "can I pay with paypal": "payment",
        "how do I cancel my order": "cancellation",
        "until when can an order be cancelled": "cancellation",
        "I forgot my password": "account",
        "how do I open an account": "account",
        "how do I measure my foot": "sizes",
        "how do I wash a wool jumper": "care",
        "how do I look after leather": "care",
        "what is your phone number": "contact",
    },
    "zh": {
        "多久能送到": "shipping",
        "运费是多少": "shipping",
        "可以退货吗": "returns",
        "退货期限是几天": "returns",
        "保修多长时间": "warranty",
        "支持哪些付款方式": "payment",
        "怎么取消订单": "cancellation",
        "忘记密码了怎么办": "account",
        "怎么选尺码": "sizes",
        "羊毛衫怎么洗": "care",
        "怎么联系客服": "contact",
    },
}
UNANSWERED = {
    "en": (
        "what is the capital of France",
        "write me a poem about the sea",
        "who won the football match yesterday",
        "how tall is Mount Everest",
        "what is the weather like tomorrow",
        "can you solve this equation",
        "tell me a joke",
        "how do I bake sourdough bread",
        "what time does the train to Oxford leave",
        "should I buy shares of a bank",
        "translate good morning into Spanish",
        "is my dog ill",
    ),
    "zh": (
        "法国的首都是哪里",
        "给我写一首诗",
        "明天天气怎么样",
        "讲个笑话",
        "珠穆朗玛峰有多高",
        "怎么做红烧肉",
    ),
}


def main() -> None:
    """Print one JSON object a language and one a threshold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shop", type=Path, default=Path("/tmp/aisle-demo"))
    parser.add_argument("--show", action="store_true", help="print each question")
    chosen = parser.parse_args()
    with open_or_build(chosen.shop) as shop, read_unit(shop.engine) as session:
        articles = shop.knowledge.articles
        yes: list[float] = []
        no: list[float] = []
        for language, questions in ANSWERED.items():
            right = 0
            for question, topic in questions.items():
                best = articles.search(session, question, language, 1)[0]
                article = session.get_one(Article, best.article_id)
                right += article.topic == topic
                yes.append(best.score)
                if chosen.show:
                    print(best.score, question, "->", best.article_id, best.heading)
            share = round(right / len(questions), 3)
            print(json.dumps({"language": language, "n": len(questions), "right_topic": share}))
            for question in UNANSWERED[language]:
                found = articles.search(session, question, language, 1)
                no.append(found[0].score if found else 0.0)
                if chosen.show:
                    print(no[-1], question, "->", found[0].article_id if found else None)
        for threshold in np.arange(0.2, 0.6, 0.025):
            record = {
                "threshold": round(float(threshold), 3),
                "answered": round(float(np.mean(np.asarray(yes) >= threshold)), 3),
                "kept_out": round(float(np.mean(np.asarray(no) < threshold)), 3),
                "in_use": bool(np.isclose(threshold, articles.threshold)),
            }
            print(json.dumps(record))


if __name__ == "__main__":
    main()
