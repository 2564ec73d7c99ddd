"""How a Chinese turn stands to an act it names: asked for, or denied, supposed or reported.

The same four steps as in English. A negator stands right before what it denies, so it reaches an
act only across modals, light verbs, pronouns and what 把 brings forward; a full predicate in
between ("不合适想退") ends its scope. A denial may also follow its topic ("退货的事免了"). Aspect
reports: 已, 被 and 了 or 过 in a question of fact. Conditionals, questions of rule, fee, term or
consequence suppose; 考虑, 可能, 差点, 本来 stop short of asking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assistant.understanding.polarity_beside import beside_the_point_zh
from assistant.understanding.slot_base import compiled

# "取消退货" undoes a return; it cancels no order.
_NO_RETURN = (
    r"(?!(?:了|掉)?(?:我的?|那个|这个|这笔|那笔|刚才的?|上次的?|申请)?的?(?:退[款货]|换货|退换))"
)
ACTS: Final[Mapping[str, re.Pattern[str]]] = {
    name: compiled(pattern)
    for name, pattern in {
        "cancel": rf"(?:取消|撤销|撤回){_NO_RETURN}|撤单|撤了|撤掉|退订单|退单|作废|cancel",
        "return": r"退(?!款|钱|订|费|休|出|还我)|寄回|送回|拿回去|return",
        "refund": r"退款|退钱|退费|钱.{0,4}[退还]|[退还].{0,3}钱|退还|赔|返还"
        r"|退(?!货|订|单|回|休|出)|refund",
        "exchange": r"换|调货|补发|exchange",
        "change": r"改(?!主意)|换|动|加|变|更正|修改",
        "address": r"改(?!主意)|换|寄|送|搬|动|放|更[正新]",
        "payment": r"换|改(?!主意)|扣(?!的|原来|原先)|付(?!款?方式|宝)|刷"
        r"|(?<!还是)(?<!继续)(?<![不无])用(?!原来|原先|同一)",
        "order": r"下单|下过|付款|付钱|结账|结算|买|扣.{0,3}[钱款]|提交|订购",
        "placing": r"下单|付款|付钱|结账|提交",
        "buying": r"买(?!了|到|家)",
        "account": r"注销|销户|删|关|取消|清|停用",
        "erase": r"忘|删|清|抹|销毁|擦",
    }.items()
}
"""Words of an act by its name."""

_ACT_CHAR = r"(?:取消|撤|退|换|改|寄回|赔|下单|付款|结账|买|注销|删|清空|补发)"

# "能不能", "退不退" ask; their 不 denies nothing.
_EITHER = compiled(r"([能可会要行是想肯退换改给让收用用])不\1")
_HOLLOW = compiled(
    r"(?:怎么|为什么|为啥|为何|干嘛|干吗|凭什么)(?:还"
    r"|都|就|一直)?(?:不|没)"
    r"|(?:就|难道)?不(?:能|可以)[^,]{0,6}(?:取消|退|换|改|撤)[^,]*[吗么]|要不然?|不如|不得不|不行就"
    r"|不小心|不好意思|不仅|不只|不光|(?:还)?没(?:有)?(?:发货|寄出|发出|发|到|收到|拆|穿|用|寄)"
    r"|不(?:合适|合身|喜欢|好用|满意|对|好看|适合|太|够|一样|准|值)"
    r"|无法|没法子?|没办法|不知道?(?:怎么|如何|在哪|哪里|去哪|怎样)|不懂(?:怎么|如何)"
    r"|找不到|弄不(?:了|来|明白)|(?<!订单)(?<!单)(?:我|还)不能|不让我?|不给我?(?=退|换|取消|改)"
    r"|别忘(?!了?我)|不要忘(?!了?我)|没问题|不客气|没关系|别的|特别|分别|别人|个别"
    r"|没(?:有)?(?:付款|付钱|下单|打包|出库|拆封|穿过|用过|开封)|(?:其他|其它|其余|别的"
    r"|剩下的?)[^,]{0,3}"
    r"(?:照旧|不变|照常|照发|留着|不动|别动)"
)
_SENTENCE = re.compile(r"[。.!;\n]+(?!\d)|[??]+")
_CLAUSE = compiled(r"[,、:()]|\s+|但是?|可是|不过|然而|因为|所以|而且|并且|只是(?!说)")

_NEGATOR = compiled(
    r"不(?:图|强求|稀罕|追究|争|盼|提|谈|贪|缺|奢求|奢望|支持|关心|在意|在乎)|差一点儿?就?|不(?:用"
    r"|需要|必|该|应该|应|指望|期望|想要?|要|打算|准备|是(?:要|想|来要?)?|会|再|愿意?|能"
    r"|许|得|急着?|让|考虑|希望|同意|接受|建议|舍得|敢|肯|需|曾|至于|存在)?|别|甭|莫|勿|休|没有?"
    r"|从未|未曾?|无需|无须|无意|毋须|绝不|决不|并非|绝非|不是|而非|而不是"
    r"|谁(?:要|说|让|叫|想|会)|除了|与其|想过|差点儿?|险些|原?本来?(?:想|要|打算)|没人要?"
    r"|哪(?:里|有)(?:要|想|说)|何必|何苦|拒绝|放弃|停止|暂停|暂缓|推迟|撤销|取消(?=.{0,3}(?:退|换))"
    r"|收回|谢绝|避免|懒得|舍不得|犯不着|用不着|免去?|聊过|谈过|讨论过|提过|不主张|反对|讨厌"
    r"|打消|怎么可能"
    r"|哪(?:好意思|能|敢|舍得)"
    r"|(?:永远|千万|绝对)(?:别|不)|用不着|犯不着|(?:就|只是)?好奇"
    r"|(?:老|总|一直|天天)(?:是)?(?:提|说|讲|问)|比起|相比"
)
_CARRIED = compiled(
    r"(?:邮寄|快递|追|讨|说|要|想|让|你们?|我们?|您|咱|他们?|她们?|给|帮|替|再|先|去|来|办理?|申请|要求|过|还"
    r"|急着|那|个|这|些|订单|单子?|货|钱|会|有|提|着|用|被|好|〇|东西|随便|都|又|真|什么|任何"
    r"|往[^,]{1,6}|转|可|发(?!就|货就)|乱|算|并|也|的|打算|别的|(?:取消|退款|退货?|换货?"
    r"|改)(?:或者?|和|跟|及"
    r"|还是)|退(?=换|$)"
    r"|换(?:别的|其他|另外|一种)?.{0,2}(?:方式|卡)|地址|擅自|私自|自动|轻易|马上"
    r"|立刻|现在|今天|错|小心|费事|费心|折腾|随意|直接|把|将|对|和|跟|或者?|及|以及|人|需|必要"
    r"|理由|意思|想法|计划|必须"
    r"|可以|能|应该|考虑|答应|同意|允许|意愿|兴趣|一定|非得?|得|到|往|在|向|为了?|通过|进行|做"
    r"|搞|弄|操作|处理|任|何|整|全部|全|部分|双|件|条|台|只|两|三|鞋子?|衣服|商品|账号|账户|数据"
    r"|卡|尺码|颜色|数量|是|为|所谓|叫|原来|里面?|之前|因此|因为|这样|那样|就此"
    r"|款|费)*"
)
_TAKEN = compiled(r"(?:把|将|给|帮|替|对)[^,]{1,10}?(?:都|全|又|再|也|给)?")
_AFTER = compiled(
    r"货?(?:期(?!间)|窗口)|[^,]{0,4}(?:□关系|没关系|无关|不相干)|[^,]{0,2}那?是(?:骗|假|瞎|误)"
    r"|[^,]{0,6}(?:是)?不(?:会(?!操作|弄|用|搞|填)|愿|肯)|不了的"
    r"|[^,]{0,4}想都(?:没|别|不)|的念头|不回|[^,]{0,4}也(?:换|退)不|"
    r"[了吗?]*[??]\s*(?:没有|没|不是|不)"
    r"|是(?:开玩笑|误会|骗|假)|的是|[^,]{0,4}(?:吓人|可怕|折腾人)"
    r"|[^,]{0,4}(?:不可能|别提|停一停|先停|你们留着|收回|撤(?:了|回|销|掉)|作废)"
    r"|[^,]{0,2}就?(?:太|多|真|很|挺|好)?(?:傻|可惜|亏|不划算|浪费|没意思|说不过去|有什么用"
    r"|有啥用|没用|试试)"
    r"|(?:单|款|货|账)?(?:之?前|以前|的时候|之?后(?!再)|以后)"
    r"|(?:的事|这事|那事|什么的|一事|事|一说|申请)(?:就|也|都|还是)?(?:先)?(?:算了|拉倒|作罢"
    r"|免了|再说)"
    r"|.{0,4}(?:就算了|还是算了|免了|拉倒|作罢|就不必|大可不必|没用|帮不|再说|先放|先缓|缓缓"
    r"|先等|等等再"
    r"|不考虑|没兴趣|不可能|没必要|不需要|不着急|不急|没有的事|没想过|没这打算|没说|没提|没要"
    r"|我不要"
    r"|我不想|我不用|就不用|倒不用|也不用|都不用|不用了|不要了|不必|甭提|省了|捐了|收到了|到了)"
    r"(?!.{0,4}(?:换|退|改|取消|运费|邮费))"
    r"|[^,]{0,4}(?:说明|政策|规定|规则|流程|条款|页面|须知|期限|费用|手续费|条件|标准(?!账户"
    r"|会员|版)|时效|率"
    r")"
    r"|.{0,2}(?:干嘛|干什么|做什么|干吗)|[^,]{0,4}不是(?:重点|关键|我|问题|目的|[^,]{0,4}想)"
    r"|[^,]{0,4}是我最不|错(?!了?卡|地址)"
    r"|[^,]{0,2},不是我|[^,]{0,4}不用(?!了?退)|.{0,2}(?:不动|不变|别动|不要动|照旧|照常)"
    r"|的(?:意思|打算|想法|念头|必要|计划).{0,3}(?:没有|没)"
)
_NO_THANKS = compiled(
    r"^\s*(?:不(?:用|要|必|了|需要|可能|想|是我?|行|打算)?|没有?|别|免了|算了|才不|怎么可能"
    r"|想都别想"
    r"|绝不|没(?:兴趣|必要|想过|那回事))"
    r"(?:了|的|吧|谢谢|啦|呢|要|想|谢|,|\s)*$"
)
_NOT_WANTED = compiled(r"^\s*(?:我)?(?:不想要|不需要|用不[上着]|不要)(?:它|这个|了|的|\s)*$")
# To refuse one place of delivery is to ask for another.
_PLACE = compiled(r"(?!回|到?(?:别|其他|任何|什么|东西))[^,了吗]{2,}")

_DEMAND = compiled(
    r"(?:就|那就|那|(?<!申)请|麻烦|帮我?|(?<!谁)给我?|直接|赶紧|马上|快"
    r"|(?<!如果)(?<!要是)(?<!假如)(?<!假设)(?<!万一)我[要想]|立刻|替我|还是|都)(?:给我|帮我"
    r"|把[^,]{0,8}|[^,]{0,4}单)?$"
)
_PRESSED = compiled(r"(?:(?<!申)请|麻烦|帮我|(?<!谁)给我|替我|赶紧|马上|立刻)[^,]{0,10}$")
_IF = compiled(
    r"^有[^,]{1,8}我就|如果|要是|假如|假设|假使|假定|倘若|若是?|万一|的话|一旦|哪天|比方"
    r"|打个比方|设想|想象|要真"
    r"|真要"
    r"|真的要|即使|就算|哪怕|除非|以防|到时候?|将来|日后|改天|碰上|遇到"
)
_IF_STATE = compiled(
    r"(?:如果|要是|假如|若是?|既然)?[^,]{0,8}(?:[没□]错|[没□]问题|齐了|都对|还?[没□](?:有)?(?:发"
    r"|寄|出|打包|送|到货)|来得及"
    r"|可以的话|能的话"
    r"|方便|行的话|〇|没货|缺货|断货)"
)
_IN_GENERAL = compiled(
    r"理论上|原则上|一般|通常|正常情况|平时|按理|按规定|好奇|随便问|什么情况|哪些情况|怎样才能|任何"
)
_QUESTION = compiled(
    r"[吗么呢嘛??]|怎么|咋|多久|多少|几|谁|哪|会.{0,6}样|能.{0,4}[不没]$|行不行|能不能|可不可以"
    r"|会不会|什么|啥|给不给|还能|还是|包不包|〇|吧$|了解|想知道|想问|问问|问一下|请问|就问|好奇"
    r"|咨询"
    r"|打听|是否|有没有"
)
_ASKING = compiled(r"[吗么呢??]|怎么|咋|多久|多少|谁|会.{0,6}样|啥")
_GENERAL = compiled(
    r"多久(?:之|以)?内|(?:发货|打包|拆封|付了?款|下了?单|付了钱|穿过|用过|取消|收货|签收|到货|试穿)"
    r"(?:之|以|了)*(?:后|还|的)"
    r"|什么(?:情况|条件|规定|流程|后果|影响|手续)|(?:规定|政策|流程|条件|手续费|期限|运费|邮费"
    r"|违约金)"
    r"|能退多少|多少天|几天|一般|(?:啥|什么)时候(?:之前|能|可以|才|就不)|何时|最[晚迟]|截止"
    r"|(?:特价|打折|预售|没有?包装|没有?小票|送人|定制|拆封|内衣|生鲜|礼物|折扣)[^,]{0,12}(?:退"
    r"|换|取消)"
    r"|随时能|以后|下单前|买之前|付款前|今[天晚].{0,6}吗|七天|是不是都"
    r"|(?:你们|你家|贵店|咱家|这儿|这里|店里)(?:都|是)?(?:不|还)?(?:给|收|支持|接受|允许|让|能|可以"
    r"|提供|会|管|包)(?!我)|全额|先问|后付款|付了|付完|麻烦吗|收费|包邮"
    r"|谁(?:给|来|负责|出|付|承担|掏)|需要我|要我.{0,6}吗|会[不〇]会|流程|(?:要|用|需要?"
    r"|该)〇(?:要|用|需"
    r"|该)|值不值|难不难|贵不贵|收不收|扣不扣|扣多少|要(?:扣|收|交|付)(?:钱|费|多少)?|影响|后果"
    r"|有没有"
    r"(?:手续费|期限|限制|违约金|时间)|会怎么?样|会咋样|咋样|能全|还会|会.{0,6}吗|区别|好不好退"
    r"|怎么(?:收费|算|规定|处理|个|样)|是[不〇]是|是否|允许|支持.{0,8}[吗么]|[给让收]〇[给让收]"
    r"|什么状态|牵扯|涉及"
)
# "取消要钱吗", "退货需要发票吗", "食品能退吗": an act of nobody's in particular.
_ABOUT = compiled(
    r"[^,]{0,3}(?:要|需要|用)(?:加|交|付|收|补)?(?:钱|费|差价|运费)|(?:货|款|换|订单|单)?(?:一定"
    r"|一般|都|会)?(?:要|需要|需|必须|得|有|免费|收费|多久|多少|几天|是(?!我|这)|会|算|能"
    r"|可以|收(?:费|多少|不收)|限|退到|退回?到|走|怎么算|什么|影响|原路|分|带|用)"
)
_ABLE = compiled(r"(?:能|可以|给|让|可|支持|接受|允许)[^,]{0,4}$")
_ABLE_END = compiled(r"^(?:货|款|换|订单|单)?了?(?:吗|么|嘛|不|没|吧|呢|[??])+$")
_OWN_THING = compiled(
    r"我的|我这|我那|这单|那单|这件|那件|这双|这个|那个|这款|它|\d{4,}|帮我|给我|刚下|刚买"
)
# A question asks for an act only in a frame of request or procedure.
_INTERROGATIVE = compiled(
    r"[吗么??]$|谁|怎么|咋|如何|多少|几(?=[天点号时个次时])|哪|什么|啥|为何"
    r"|[是会要退换取改]〇[是会要退换取改]"
    r"|有[没□]有|是否|([\u4e00-\u9fff])不\1"
)
_REQUEST = compiled(
    r"[能可让]|方便|麻烦|来得及|(?:我|咱)[^,]{0,4}(?:想|要)|(?:怎么|咋|如何|怎样|在哪|去哪|哪里"
    r"|哪儿|往哪)[^,]{0,6}$"
    r"|办法|渠道|请|帮我|(?<!谁)给我|有(?!没|人)[^,]{1,5}的$"
)
_REQUEST_AFTER = compiled(
    r"行吗|好吗|可以吗|行不|成吗|好不好|行么|可以不|可好|中不|(?:怎么|咋|如何|哪里?|哪儿)(?:操作"
    r"|弄|办理|搞|申请|填|点)"
    r"|(?:按钮|入口)在哪|^[^,]{0,2}不了"
)
_WEAK = compiled(
    r"当然(?:可以|能)[^,]{0,2}$|哪天[^,]{0,8}$|"
    r"(?:想(?!再)|睡|看|等|考虑)[^,]{0,5}再$|(?:有点想|半想|可能|也许|或许|说不定|没准|大概|考虑|在想"
    r"|想想|犹豫|纠结|要〇要|要不要"
    r"|该不该|琢磨|想过"
    r"|本来"
    r"|原本|起初|一开始|差点儿?|看情况|怕|担心|生怕|希望不用|寻思|算计|拿不定|还没(?:想好"
    r"|决定))[^,]{0,12}$"
)
_REPORTED = compiled(
    r"(?:劝|催|建议|叫)我[^,]{0,2}$|被(?!遗)[^,]{0,4}$|是[她他]们?要?$|(?:谁|为什么|为啥|怎么"
    r"|是[不〇]是|有没有|你们|系统"
    r"|他们|有人)[^,]{0,8}$"
    r"|(?:朋友|同事|姐|妹|哥|弟|妈|爸|邻居|老公|老婆|别人|人家|室友|闺蜜)[^,]{0,3}$"
)
_DONE = compiled(r"[^,]{0,4}(?:了(?!吧)|过)|的$|成功|完成")
_FACT = compiled(
    r"(?:已经?|上回|上次|去年|以前|那次|早就?|刚刚?才?|昨天|前天|上周[一二三四五六日天]?|上个?月"
    r"|之前|被(?!遗)"
    r"|曾经)[^,的]{0,4}$"
)
_FACT_AFTER = compiled(
    r"(?:货|款|钱|换|掉|订单|成功)?(?:了|过)(?:没有?|吗|么|吧?[??]|[^,吧]{0,3}$)"
)
_STATUS_AFTER = compiled(
    r"(?:货|款|钱|订单|成功)?了?(?:没有?|了吗|好了吗|了么|成功了?[吗没]|到[哪了没]|进度|状态"
    r"|到账|什么时候到)"
    r"(?!退|换|取消)"
)
# "钱已经退我了"
_PAID_BACK = compiled(r"钱[^,]*(?:已经?|早)")
_HEARSAY = compiled(
    r"(?:网站|网页|订单|上面)[^,]{0,3}(?:写|说|标|盖|印|贴)(?:着|的)?|好像|似乎|"
    r"(?:软件|页面|系统|app|客服)[^,]{0,3}建议|听说|据说|听人说|(?:客服|他|她|朋友|你们|网上|页面|短信|邮件|有人|系统)(?:们)?(?:都|之前"
    r"|又)?(?:说|讲"
    r"|显示|写着|通知|提示|告诉)|看到说|显示(?!器|屏)"
)
_AS_IT_IS = compiled(
    r"(?<!要)不要钱(?!.*退)|今天不行|钱包[^,]{0,3}(?:不|说)|加着玩|放着玩|随便看看|别处不|"
    r"(?:保持|维持)[^,]{0,4}(?:原样|不变|现状)|不要动|别动|别管(?=它|了|$|,)|别碰|不要碰|不用动"
    r"|不变|原来的?对"
    r"|留着|就这样|还是用|用原来|用原先|原来那张|照旧|照常"
)
# "没有要它的退款": whose refund it is stands between; "有没有要…的" is a question.
_CLAIMED = compiled(r"要[^,要]{1,8}的")
_REST = compiled(r"(?:其他|其它|其余|别的|剩下的?)[^,]{0,3}(?:照旧|不变|照常|照发|留着|不动|别动)")
_RATHER = compiled(
    r"[不别没甭].*(?:而是|改成|改为|换成|换到|改到|应该是)|[不别甭][^,]*,[^,不别]*[用寄送刷走]"
)
_ANOTHER = compiled(r"新的|能用|好的|对的|正确|没坏|另一|同款|换|大一?[号码]|小一?[号码]|补发")


def clauses(text: str) -> int:
    """How many clauses with words in them the text has."""
    return sum(bool(p.strip()) for s in _SENTENCE.split(text) for p in _CLAUSE.split(s))


def unchanged(text: str) -> bool:
    """Whether the turn, naming no act, asks that things stay or supposes something."""
    text = _REST.sub("", text)
    return bool(_AS_IT_IS.search(text) or (_IF.search(text) and _QUESTION.search(text)))


def rather(text: str) -> bool:
    """Whether a value is denied for the sake of another: "不是两个,改成三个"."""
    return bool(_RATHER.search(text))


def another(text: str) -> bool:
    """Whether a thing is wanted in place of the one held: an exchange without its word."""
    return bool(_ANOTHER.search(text))


def asked(text: str, act: re.Pattern[str]) -> list[bool]:
    """For each mention of an act in normalised text, whether it is asked for."""
    text = _EITHER.sub(r"\1〇\1", text)
    text = _HOLLOW.sub(lambda m: re.sub(r"[不没别无]", "□", m[0]), text)
    found = []
    asks_something = "?" in text
    for sentence in _sentences(text):
        question = bool(_QUESTION.search(sentence)) or asks_something
        conditional = bool(_IF.search(sentence))
        ruled = bool(_IN_GENERAL.search(sentence))
        general = (ruled or bool(_GENERAL.search(sentence))) and question
        parts = [p for p in _CLAUSE.split(sentence) if p and p.strip()]
        for number, part in enumerate(parts):
            following = parts[number + 1] if number + 1 < len(parts) else ""
            for mention in act.finditer(part):
                before, after = part[: mention.start()], part[mention.end() :]
                demanded = bool(_DEMAND.search(before)) and not _ASKING.search(part)
                found.append(
                    not (
                        _denied(before, mention[0], after)
                        or (len(part) <= 8 and _no_thanks(before, after, following))
                        or _WEAK.search(before)
                        or beside_the_point_zh(part, mention)
                        or _told(before, after, sentence, question)
                        or bool(_PAID_BACK.match(mention[0]) and _DONE.match(after))
                        or (question and before.endswith("我就"))
                        or _merely_asked(part, mention)
                        or _topic(part, mention, len(parts) == 1 and question)
                        or (general and not demanded and (ruled or not _PRESSED.search(before)))
                        or (conditional and not _due(sentence, before, after, demanded, question))
                    )
                )
    return found


def _sentences(text: str) -> list[str]:
    sentences: list[str] = []
    start = 0
    for mark in [*_SENTENCE.finditer(text), None]:
        stop = mark.end() if mark else len(text)
        sentence = text[start:stop].strip()
        if sentence.strip(" ?.。!;"):
            if (
                sentences
                and sentences[-1].endswith("?")
                and _NO_THANKS.match(_CLAUSE.split(sentence.rstrip("。.!"))[0])
            ):
                sentences[-1] = f"{sentences[-1][:-1]},{sentence.rstrip('。.!')}"
            else:
                sentences.append(sentence.rstrip("。.!;"))
        start = stop
    return sentences


def _no_thanks(before: str, after: str, following: str) -> bool:
    """Whether the next clause waves the act away: "退货?不用了". After a plain request it says why:
    "帮我取消吧,不想要了"."""
    if not _NO_THANKS.match(following):
        return False
    requested = bool(_PRESSED.search(before)) or after.startswith(("吧", "一下", "掉"))
    # "取消我的订单,不想要了": a bidding of its own, and why.
    requested = requested or (
        not before.strip() and after.endswith(("订单", "单子", "那单", "这单"))
    )
    return not (requested and _NOT_WANTED.match(following))


def _merely_asked(part: str, mention: re.Match[str]) -> bool:
    """Whether the act stands in a question that is no request: of fact, person or outcome."""
    before, after = part[: mention.start()], part[mention.end() :]
    if not _INTERROGATIVE.search(part):
        return after.startswith("过") and not after.startswith(("过来", "过去"))
    return not (_REQUEST.search(before) or _REQUEST_AFTER.search(after))


def _topic(part: str, mention: re.Match[str], question: bool) -> bool:
    """Whether the act is what a question of rule, fee or term is about."""
    before, after = part[: mention.start()], part[mention.end() :]
    if not question or _PRESSED.search(before) or _OWN_THING.search(part):
        return False
    able = mention[0][0] in "取退" and _ABLE.search(before) and _ABLE_END.search(after)
    return bool(able or _ABOUT.match(after))


def _due(sentence: str, before: str, after: str, demanded: bool, question: bool) -> bool:
    """Whether a conditional's act is due: pressed for, or bound to how things stand now."""
    if before.endswith(("就", "那", "那就")) and re.match(r"[^,吗]{0,4}吧$", after):
        return True
    if _IF.search(before) and not re.search(r"就|那|请|帮我|给我|麻烦", before):
        return False
    if question and not _PRESSED.search(before):
        return demanded and bool(_IF_STATE.search(sentence))
    return bool(_PRESSED.search(before)) or bool(_IF_STATE.search(sentence))


def _told(before: str, after: str, sentence: str, question: bool) -> bool:
    """Whether the act is reported: done, asked about as a fact, or heard of."""
    if after.startswith("了") and before.endswith("多"):
        return True
    if re.search(r"[能可]以?$", before) and not _HEARSAY.search(before):
        return False
    if re.search(r"^是(?:[他她]们?|别人|人家|我[\u4e00-\u9fff]{1,2})[想要]*$", before):
        return True
    if re.search(r"(?:[他她]们?|别人|人家)的?$", before) and re.match(r"了|掉了|回来的", after):
        return True
    if re.search(r"有人|谁[^,]{0,10}$|(?:劝|催|建议|叫)我[^,]{0,2}$", before):
        return True
    if re.search(r"去年|上[周个回次]|昨天|前天", before) and question and after.startswith("了"):
        return True
    if _REPORTED.search(before) and re.match(r"[^,]{0,3}的", after):
        return True
    if _PRESSED.search(before) and not _STATUS_AFTER.match(after):
        return False
    if _STATUS_AFTER.match(after) or re.search(r"(?:收到|到账)(?:了|过|你们的?)?$", before):
        return True
    if re.search(r"早$|号就$|我就$", before) and (question or re.match(r"[^,]{0,4}了", after)):
        return True
    if _HEARSAY.search(before):
        return True
    if _FACT.search(before) and (_DONE.match(after) or re.search("被(?!遗)", before)):
        return True
    if _DONE.match(after) and _REPORTED.search(before) and (question or "被" in before):
        return True
    return bool(_FACT_AFTER.match(after)) and "?" in sentence


def _denied(before: str, act: str, after: str) -> bool:
    if act in "寄送" and _PLACE.match(after):
        return False
    if any(char in act for char in "不别没勿") or _AFTER.match(after):
        return True
    for negator in _NEGATOR.finditer(before):
        gap = before[negator.end() :]
        if _CARRIED.fullmatch(gap) or _TAKEN.fullmatch(gap):
            return True
        if _CLAIMED.fullmatch(gap) and not before[: negator.start()].endswith("有"):
            return True
    return False
