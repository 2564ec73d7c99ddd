"""Training rows made from others: product names, negated commands, and typing as it happens."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final

from assistant.conversation import Language
from assistant.training.data import Example

_PRODUCTS_EN: Final = """
running shoes|trainers|hiking boots|sandals|slippers|rain jacket|winter coat|hoodie|sweater|t-shirt
polo shirt|dress|skirt|jeans|shorts|leggings|socks|underwear|scarf|gloves|beanie|baseball cap|belt
wallet|backpack|handbag|suitcase|duffel bag|sunglasses|watch|necklace|earrings|umbrella|laptop
gaming laptop|tablet|phone case|charger|usb cable|power bank|headphones|wireless earbuds|speaker
soundbar|monitor|keyboard|mouse|webcam|printer|ink cartridges|router|memory card|hard drive|ssd
graphics card|camera|lens|tripod|drone|smartwatch|television|projector|coffee maker|espresso machine
kettle|toaster|blender|frying pan|saucepan|knife set|chopping board|dinner plates|mugs|water bottle
lunch box|vacuum cleaner|air purifier|fan|space heater|iron|desk lamp|light bulbs|curtains|rug
pillow|duvet|bed sheets|towels|mirror|bookshelf|office chair|standing desk|sofa|mattress|yoga mat
dumbbells|resistance bands|foam roller|bicycle|bike helmet|tent|sleeping bag|camping stove|torch
fishing rod|tennis racket|football|swimsuit|goggles|face cream|sunscreen|shampoo|lipstick|perfume
razor|toothbrush|hair dryer|building blocks|board game|jigsaw puzzle|doll|toy car|baby stroller
nappies|dog food|cat litter|aquarium|plant pot|lawn mower|garden hose|drill|screwdriver set|toolbox
notebook|fountain pen|novel|cookbook|tea|coffee beans|dark chocolate|olive oil|breakfast cereal
tank top|raincoat|blouse|cardigan|suit|tie|boots|sneakers|network switch|ups battery|toner|hub
"""
_PRODUCTS_ZH: Final = """
跑鞋|运动鞋|登山鞋|凉鞋|拖鞋|雨衣|羽绒服|卫衣|毛衣|T恤|衬衫|连衣裙|半身裙|牛仔裤|短裤|袜子|围巾|手套|帽子|皮带
钱包|双肩包|手提包|行李箱|太阳镜|手表|项链|耳环|雨伞|笔记本电脑|平板|手机壳|充电器|数据线|充电宝|耳机|音箱
显示器|键盘|鼠标|摄像头|打印机|墨盒|路由器|内存卡|硬盘|相机|镜头|三脚架|无人机|电视|投影仪|咖啡机|电水壶|烤面包机
榨汁机|平底锅|菜刀|盘子|马克杯|保温杯|饭盒|吸尘器|空气净化器|电风扇|取暖器|熨斗|台灯|窗帘|地毯|枕头|被子|床单
毛巾|镜子|书架|办公椅|升降桌|沙发|床垫|瑜伽垫|哑铃|自行车|头盔|帐篷|睡袋|球拍|足球|泳衣|面霜|防晒霜|洗发水
口红|香水|剃须刀|牙刷|吹风机|积木|桌游|拼图|娃娃|婴儿车|尿布|狗粮|猫砂|花盆|电钻|螺丝刀|笔记本|钢笔|小说|茶叶
咖啡豆|巧克力|橄榄油|麦片|外套|西装|领带|靴子|固态硬盘|显卡
"""
_COLOURS_EN: Final = ("black", "white", "blue", "red", "green", "grey", "navy", "pink", "brown")
_COLOURS_ZH: Final = ("黑色", "白色", "蓝色", "红色", "绿色", "灰色", "粉色", "棕色")
_WHO_EN: Final = ("women's", "men's", "kids", "womens", "mens")
_WHO_ZH: Final = ("女士", "男士", "儿童", "女款", "男款")
_SEARCH_EN: Final = (
    "{thing}", "{thing}", "{colour} {thing}", "{who} {thing}", "{who} {colour} {thing}",
    "{thing} under {number}", "{thing} below {number} dollars", "show me {thing}",
    "do you sell {thing}", "i need {thing}", "looking for {colour} {thing}", "cheap {thing}",
    "{thing} between {number} and {more}", "{thing}, not {colour}", "any {thing}?",
    "{colour} {thing} up to ${number}", "got any {thing}", "find me a {thing}",
    "i want to buy {thing}",
)  # fmt: skip
_SEARCH_ZH: Final = (
    "{thing}", "{thing}", "{colour}{thing}", "{who}{thing}", "{who}{colour}{thing}",
    "{number}以内的{thing}", "有没有{thing}", "我想买{thing}", "找一下{thing}", "便宜的{thing}",
    "{thing} {number}元以下", "有{colour}的{thing}吗", "想看看{thing}", "来个{thing}",
)  # fmt: skip

_NEGATED_EN: Final = (
    "don't cancel it", "don't cancel my order", "do not cancel anything", "dont return it",
    "I don't want to return it", "don't refund me", "I don't want a refund",
    "don't delete my account", "do not delete anything", "don't buy it yet", "don't order it",
    "don't change my address", "don't close the account", "I'm not cancelling",
    "I am not asking for my money back", "please don't cancel it", "no need to cancel it",
)  # fmt: skip
_NEGATED_ZH: Final = (
    "别取消", "不要取消订单", "不用取消", "别退货", "我不是要退货", "不要退款", "不用退款",
    "别删我的账号", "不要注销账户", "先别下单", "不要买", "别改地址", "我不想取消",
    "千万别取消", "不是要取消",
)  # fmt: skip
_JOIN_EN: Final = (", just ", ", ", ". ", " but ", " - ", ", I only want this: ")
_JOIN_ZH: Final = ("，", "，只是", "，就", "。", "，但是")
# What may follow "don't ...,": asks that the negated command does not contradict.
_AFTER: Final = (
    "track_order", "list_orders", "get_invoice", "ask_delivery", "change_order",
    "change_shipping_address", "change_payment", "ask_return_policy", "ask_cancellation_policy",
    "ask_warranty", "track_refund", "view_cart", "view_profile", "contact_human", "file_complaint",
    "exchange_item", "edit_account", "ask_contact", "check_availability", "ask_product",
)  # fmt: skip


def augment(examples: Sequence[Example], seed: int) -> list[Example]:
    """More training rows, made from `examples` and from this module's word lists.

    - product names alone and in short searches, since no list of utterances names them all;
    - negated commands ("don't cancel it"), alone as `deny` and before another ask, which decides;
    - copies with typing errors, without punctuation.

    The result holds only new rows and is the same for the same input and seed.
    """
    rng = random.Random(f"augment/{seed}")
    labels = {example.label for example in examples}
    made: list[Example] = []
    for language in ("en", "zh"):
        own = [example for example in examples if example.language == language]
        if not own:
            continue
        if "search_products" in labels:
            made += _searches(language, rng, 320 if language == "en" else 200)
        if "deny" in labels:
            negated = _NEGATED_EN if language == "en" else _NEGATED_ZH
            made += [_row(text, "deny", language) for text in negated]
            made += _contrasts(own, language, rng, 240 if language == "en" else 140)
        made += [
            _row(typed, example.label, language)
            for example in own
            if rng.random() < 0.35 and (typed := _mistype(example.text, rng)) != example.text
        ]
    return made


def _row(text: str, label: str, language: Language) -> Example:
    return Example(text, label, language, "augmented", 0)


def _searches(language: Language, rng: random.Random, count: int) -> list[Example]:
    english = language == "en"
    things = (_PRODUCTS_EN if english else _PRODUCTS_ZH).strip().replace("\n", "|").split("|")
    texts = dict.fromkeys(things)
    while len(texts) < count:
        number = rng.choice((10, 15, 20, 30, 40, 50, 80, 100, 150, 200, 300, 500, 800, 1000))
        texts[
            rng.choice(_SEARCH_EN if english else _SEARCH_ZH).format(
                thing=rng.choice(things),
                colour=rng.choice(_COLOURS_EN if english else _COLOURS_ZH),
                who=rng.choice(_WHO_EN if english else _WHO_ZH),
                number=number,
                more=number * 2,
            )
        ] = None
    return [_row(text, "search_products", language) for text in texts]


def _contrasts(
    own: Sequence[Example], language: Language, rng: random.Random, count: int
) -> list[Example]:
    limit = 70 if language == "en" else 24
    after = [e for e in own if e.label in _AFTER and len(e.text) <= limit]
    if not after:
        return []
    negated = _NEGATED_EN if language == "en" else _NEGATED_ZH
    joins = _JOIN_EN if language == "en" else _JOIN_ZH
    made = []
    for _ in range(count):
        example = rng.choice(after)
        text = rng.choice(negated) + rng.choice(joins) + example.text
        made.append(_row(text, example.label, language))
    return made


def _mistype(text: str, rng: random.Random) -> str:
    """One slip: punctuation left out, or two neighbouring letters of a longer word swapped."""
    if rng.random() < 0.5:
        return re.sub(r"[.,!?'，。！？、]", "", text).strip() or text
    words = list(re.finditer(r"[A-Za-z]{4,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
