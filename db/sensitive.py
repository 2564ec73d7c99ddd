"""What a shop must not guess of a person: health, belief, sexuality, pregnancy and the like.

Products of these kinds are sold and found like any other, but nothing is inferred from them and
nothing is recommended because of them.
"""

from __future__ import annotations

import re
from typing import Final

_ENGLISH: Final = (
    r"pregnan\w*|prenatal|postnatal|maternity|fertility|ovulation|menopaus\w*|menstrua\w*|tampons?|"
    r"contracepti\w*|condoms?|lubricants? intimate|sex toys?|sexual\w*|erotic\w*|viagra|erectile|"
    r"hiv|diabet\w*|insulin|glucose (?:meter|test|monitor)\w*|cancer|chemo\w*|"
    r"incontinen\w*|adult (?:diapers?|briefs?)|hearing aids?|wheelchairs?|prosthe\w*|"
    r"psoriasis|eczema|epilep\w*|dementia|alzheimer\w*|antidepress\w*|adhd|"
    r"addiction|nicotine|smoking cessation|quit smoking|alcohol test\w*|weight loss|diet pills?|"
    r"hair loss|medicines?(?! balls?)|medications?|pharma\w*|prescriptions?|orthop(?:a)?edic\w*|"
    r"bibles?|qurans?|korans?|torah|rosar(?:y|ies)|hijabs?|kippah?s?|prayer\w*|religio\w*|"
    r"crucifix\w*|buddhis\w*|catholic\w*|islam\w*|muslim\w*|jewish|halal|kosher|"
    r"lgbt\w*|lesbian|transgender|pride flags?|political\w*|trade unions?"
)
_CHINESE: Final = (
    "怀孕|孕妇|孕期|备孕|排卵|验孕|更年期|月经|卫生巾|卫生棉|避孕|情趣|成人用品|性用品|壮阳|艾滋|糖尿病|"
    "胰岛素|血糖|癌|化疗|失禁|成人纸尿裤|助听器|轮椅|假肢|银屑病|湿疹|癫痫|痴呆|抑郁|焦虑症|戒烟|戒酒|"
    "减肥药|脱发|药品|处方|圣经|古兰经|念珠|佛珠|头巾（穆斯林）|祈祷|宗教|十字架|清真|犹太|同性恋|跨性别|政治"
)
_WORDS: Final = re.compile(rf"\b(?:{_ENGLISH})\b|(?:{_CHINESE})", re.IGNORECASE)


def is_sensitive(*texts: str) -> bool:
    """Whether any of these words of a record touches what must not be guessed of its buyer."""
    return any(_WORDS.search(text) is not None for text in texts if text)
