"""What English denies, supposes, reports and asks with: the patterns of polarity_en."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from assistant.understanding.slot_base import compiled

CHANGE = r"chang(?:e|es|ed|ing)(?! (?:my|his|her|our|your|their) minds?)"
ACTS: Final[Mapping[str, re.Pattern[str]]] = {
    name: compiled(rf"\b(?:{pattern})\b")
    for name, pattern in {
        "cancel": r"cancel\w*|call(?:ing|ed)? (?:\w+ ){0,3}off"
        r"|scrap(?:ping|ped)?(?! (?:my|the|that) (?:refund|return|exchange))|cancl\w+|void"
        r"|stop(?:ping|ped)?(?= (?:it|order|(?:my|the|that|this) (?:\w+ )?(?:order|parcel|shipment"
        r"|delivery))\b)|be stopped|put a stop to",
        "return": r"return\w*|(?:send|sends|sending|sent|bring|brings|bringing|brought|take|takes"
        r"|taking|took|taken|give|gives|giving|gave|go|goes|going|went|ship|shipping|post|posting"
        r"|hand|handing|have|put|mail|mailing) (?:\w+ ){0,3}back",
        "refund": r"refund\w*|(?<!more )money(?: \w+)? back|reimburs\w*|my money|compensat\w+"
        r"|rebat\w+|pay (?:me|us) back|paid back|paying (?:me|us) back",
        "exchange": rf"exchang\w*|swap\w*|replac\w*|{CHANGE}|trad(?:e|ed|ing)",
        "change": rf"{CHANGE}|alter\w*|amend\w*|edit\w*|modif\w*|swap\w*|switch\w*"
        r"|add(?:ed|ing)?|remove\w*|touch|updat\w+",
        "address": rf"{CHANGE}|send|sent|ship|shipped|deliver|redirect\w*|mov(?:e|ing)"
        r"|switch\w*|go to|different address|updat\w*|touch|edit\w*|correct(?:ed|ing)?(?= (?:my"
        r"|the|your|a|an|it|this))|modif\w+"
        r"|alter\w*",
        "payment": rf"{CHANGE}|switch\w*|swap\w*|(?<!how i )pay|paid|paying|use|using|put"
        r"|charg\w+",
        "order": r"order (?:it|now|this|these|them|that|yet|yesterday|tonight|today|two|both)"
        r"|(?:to|(?<!what )(?<!that )i|(?<!what )we|just|not|don't|if you) ordered?|ordering"
        r"|plac(?:e|ed|ing) (?:(?:the|an|my|that|this|any|your) )?orders?"
        r"|buy|buying|bought|check(?:ing|ed)? ?out|checkout|pay|paying|purchas\w+"
        r"|charg\w+ (?:me|my|it)",
        "placing": r"plac(?:e|ed|ing) (?:(?:the|an|my|that|this|any) )?orders?|buy"
        r"|check(?:ing)? out",
        "buying": r"buying|ordering",
        "account": r"delet\w*|clos(?:e|ed|ing)|cancel\w*|remov\w+|terminat\w+|deactivat\w+"
        r"|shut\w*|get rid of|kill|wip(?:e|ed|ing)|unregister\w*",
        "erase": r"forget\w*|forgotten|eras\w+|delet\w*|wip(?:e|ed|es|ing)|remov\w+"
        r"|clear(?:ed|ing)?|destroy\w*|scrub\w*|purg\w+",
    }.items()
}
"""Words of an act by its name."""

ACT_WORD = (
    r"(?:cancel|return|refund|exchang|swap|replac|chang|alter|amend|edit|modif|send|bring|take|buy"
    r"|order|pay|purchas|check|redirect|switch|add\b|updat|delet|clos|reimburs|plac|forget|eras"
    r"|remov|charg)"
)

# --- what is negative in form alone, or no part of the ask --------------------------------------

BARE = re.compile(
    r"\b(do|does|did|is|are|was|were|wo|would|could|should|ca|have|has|had|ai|must)nt\b", re.ASCII
)
BROKEN = compiled(r"\bca n't|\bcann't|\bcan not\b")
DONT = compiled(r"\b(?:dnt|dont|donot|dun)\b")
# "Do not, under any circumstances, cancel it"
ASIDE = compiled(r"\b(do not|don't|never|please don't|not),[^,.;!?]{1,40},")
# "Don't cancel, return or swap it" is one denial.
LIST = compiled(r",(?= (?:\w+ ){1,4}(?:or|nor)\b)")
QUOTED = compiled(r"\"[^\"]{1,60}\"")
# "Is it ok if I return it?", "I'd appreciate it if you cancelled" are polite asks.
COURTESY = compiled(
    r"\b(?:(?:is|would|will) (?:it|that) (?:be )?|it (?:would|will) be |it'd be |would be "
    r"|if that's )"
    r"(?:ok|okay|alright|fine|great|nice|good|lovely|helpful|best|cool|all right) if (?:i|we|you)"
    r"(?: could| can| would| just)?\b|\b(?:appreciate|grateful|thankful"
    r"|obliged)(?: it)? if you(?: could"
    r"| would| can)?\b|\bif (?:possible|you (?:can|could|would|please)|i may|that's (?:ok|okay"
    r"|possible))\b"
)
PARTICLE = compiled(
    r"^\s*(?:no+|nope|nah|oh no|wait|hey|hi|well|ok|okay|uh|um|please|pls)\s+(?=(?:i|i'm|we|don't"
    r"|do not|please|never|you|it|it's|that's|wait|not|thanks)\b)"
)
HOLLOW = compiled(
    r"\bwhy (?:don't|can't|won't|haven't|hasn't|didn't|not|isn't|aren't|wouldn't)\b"
    r"(?: (?:you|i|we|it|they)\b)?"
    r"|\byou (?:guys |people |lot )?(?:still )?(?:haven't|have not|won't|refuse to|didn't|never"
    r"|don't)\b(?= (?:\w+ )?(?:refund|given|give|gave|sent|send|cancel|replac|exchang|pa(?:y|id)|ta"
    r"ke|took))(?!.*\bdo you\b)"
    r"|\bhow come (?:you|it|my \w+) (?:haven't|hasn't|won't|don't|didn't|isn't)\b"
    r"|\b(?:can't|couldn't|won't|wouldn't) (?:you|i|we|somebody|someone)\b"
    r"|\b(?:don't|not|never|do not) (?:hesitate|fail|delay|wait|stop until|rest)\b"
    r"|\b(?:don't|not|never|do not) forget\b(?= to\b| that\b| my refund)"
    r"|\b(?:can't|cannot) wait\b|\bif not\b|\bnot only\b|\bwhy not\b|\bdidn't i (?:ask|tell|say)\b"
    r"|\bno (?:longer(?! (?:want|wish|need|plan|going) to)|more(?! \w+(?:s|ing)\b)|idea|clue"
    r"|problem"
    r"|worries|good|use|matter|doubt|option but to|choice but to)\b"
    r"|\bchang(?:e|ed|ing) (?:my|his|her|our) minds?\b(?! about)"
    r"|\b(?:i|we|he|she) (?:\w+ )?(?:can't|cannot|couldn't)(?= (?:\w+ )?"
    rf"(?:{ACT_WORD}|seem|find|figure|work out|see (?:how|where)|get (?:it|them|this) to))"
    r"|^\s*(?:can't|cannot|couldn't)\b"
    r"|\b(?:not able|unable|aren't able|isn't able) to\b"
    r"|\b(?:won't|doesn't|isn't|not|didn't|wouldn't) (?:let|letting|allow|allowing) (?:me|us)\b"
    r"|\b(?:don't|do not|didn't|not|never|no|haven't|dunno)(?: \w+)? (?:know|knw|sure|see"
    r"|understand"
    r"|find|figure|clue|idea|got|knowing|remember)(?: \w+){0,3}?(?= (?:how|where|w(?:ha|a"
    r"|hta)t(?! (?:would|happens|if|will|are))|which))"
    r"|\bnot a problem\b|\bdon't mind\b|\bif (?:you )?don't mind\b"
)

# --- sentences and clauses ------------------------------------------------------------------------

SENTENCE = re.compile(r"[.!;\n]+(?!\d)|\?+")
NEW_ASK = (
    r"(?:i|i'm|i'd|i'll|we|we'd|you|he|she|it|they|my|please|pls|then|want|wants|need|needs|would"
    r"|can|could|what|how|where|when|tell|let|give|show|get me|just|now)"
)
CLAUSE = compiled(
    r",|\bbut\b|\bso\b(?! far| that)|\bbecause\b|\bcause\b|\bcos\b|\balthough\b|\bthough\b"
    r"|\s-+\s|:|\(|\)|\bexcept\b(?! (?:for )?cancel)"
    rf"|\band\b(?= {NEW_ASK}\b)|\bor\b(?= (?:can|could|do|does|is|are|should|will|would) (?:i|you"
    r"|we|it)\b)"
)

# --- negation -------------------------------------------------------------------------------------

NEGATOR = compiled(
    r"\bnot\b|\b\w+n't\b|\bcannot\b|\bnever(?: mind)?\b|\bno\b(?! \d)|\bwithout\b|\binstead of\b"
    r"|\brather than\b|\b(?:sooner|rather)\b[^,]{1,40}\bthan\b|\bother than\b|\bas opposed to\b"
    r"|\bapart from\b|\bshort of\b|\banything but"
    r"\b|\bfar from\b|\bnobody\b|\bno one\b|\bnone\b|\bnothing\b|\bhates?\b|\brefuses?\b"
    r"|\bneither\b|\bnor\b|\bdecided against\b|\b(?:hold|held|holding) off\b(?: on)?"
    r"|\bforget(?: about)?\b(?= (?:the|about|my|that|it|this|cancel|return|refund|exchang|chang))"
    r"|\b(?:stop|quit|cease|avoid|prevent|skip|drop|withdraw|revoke|retract|undo|abort|reject"
    r"|decline|ignore|pause|postpone|delay)(?:s|ped|ping|ed|ing|n)?\b(?= (?:(?:the|my|that|this"
    r"|your|any|all|with"
    rf"|trying to|(?:asking|telling|nagging|begging|pushing) (?:for|me to|me about)|it from"
    rf"|from) ){{0,3}}?{ACT_WORD})"
    r"|\bcancel(?:ling|led)?(?= (?:the|my|that|this|a) (?:\w+ )?(?:return|refund|exchange|swap"
    r"|replacement|cancellation|change|request))"
    r"|\bkeep(?: on| from)?\b(?! (?:it|the|my|this|that)\b)|\bchanged? my mind about\b"
    r"|\bwho (?:said|mentioned|asked|told)\b|\b(?:unwilling|reluctant|loath) to\b"
    r"|\bkeep your\b|\b(?:hold|scrap|disregard|halt|freeze|suspend|shelve|leave out|forgo|waive)"
    r"(?= (?:the|my|that|this|any|all|your) (?:\w+ )?(?:return|refund|exchange|replacement"
    r"|cancellation"
    r"|change))"
    r"|\bhardly\b|\bscarcely\b|\bagainst\b|\bban\b|\bmy last wish\b|\bthe last thing\b"
    r"|\bput off\b|\bback out of\b|\bpull(?:ing)? out of\b|\bresist\b|\bless interested in\b"
)
# A clause that a wish opens is an ask of its own, unless the negated verb takes it as its object:
# "I don't think I want to return it".
RESTART = compiled(
    r"(?:^|\s)(?:(?:i|we|he|she|they|my \w+|and|then|also|just|so|only|really|now|still"
    r"|therefore)\s+)"
    r"*(?:(?:i|we|he|she|they|and)\s+(?:(?:just|only|really|now|still|simply|then|also|do)\s+)*"
    r"(?:want|wants|need|needs|wish|demand|insist|request|require|must|have to|'d like|would like"
    r"|wanna|expect)|i'd (?:like|rather|prefer)|please|pls|plz|kindly|can you|could you|would you"
    r"|can i|could i|may i|let's|let me|go ahead)\b"
    r"|\b(?:need|want|require)s? (?:some |your )?(?:assistance|help|support)\b"
)
EMBEDS = compiled(
    r"^\s*(?:\w+ )?(?:think|thinking|say|said|saying|mean|meant|believe|know|sure|certain|remember"
    r"|decide|decided|tell|told|claim|suggest|suggesting|state|imply|recall|feel|reckon|guess"
    r"|see|convinced|that|because|ask|asked|asking|agree|agreed|mention|mentioned|write|wrote"
    r"|one|who|suppose)\b"
)
CONJOINED = compiled(r"\band\s+(?:\w+ly\s+|then\s+|just\s+|please\s+|so\s+)?$")
# Words that carry a denial on to the word behind them; after any other word a bare verb or noun
# begins an ask of its own: "it doesn't fit return it", "I don't want it cancel it".
CARRIES = compiled(
    r"(?:^|\s)(?:to|a|an|the|any|my|our|your|his|her|their|that|this|these|those|such|some|another"
    r"|other|one|no|of|for|about|on|with|by|at|in|into|as|or|nor|and|than|do|does|did|be|been"
    r"|being|is|am|are|was|were|have|has|had|having|will|would|should|could|can|might|may|must"
    r"|i|we|you|he|she|they|us|me|him|them to|not|n't|just|even|ever|really|actually|simply|yet"
    r"|still|also|already|please|pls|again|now|go|going|want|wants|wanted|wanting|need|needs"
    r"|needed|needing|wish|like|liked|ask|asked|asking|asks|request|requested|requesting|require"
    r"|get|getting|got|give|giving|make|making|made|start|starting|started|begin|process|issue"
    r"|offer|demand|seek|seeking|take|taking|plan|planning|plans|intend|intending|try|trying"
    r"|mean|meant|say|said|saying|think|thinking|expect|expecting|consider|considering|mention"
    r"|mentioned|bother|bothering|dare|help|let|letting|dream|interested|keen|ready|about|full"
    r"|partial|new|different|immediate|quick|such|more|further|free|all|any more|anybody|somebody"
    r"|someone|anyone|nobody|approve|authorise|authorize|automatic|looking|after|over|there|here"
    r"|due|owed|point|reason|sense"
    r"|use|worth|via|accidentally|too|so|either|going back|through|much|don't|didn't|won't"
    r"|never|accept|accepting|send|sending|do not|necessary|desire|intention|urge|hurry|rush"
    r"|store|gift|size|colour|color|delivery|shipping|return|refund|exchange|cancel|back|out"
    r"|for (?:you|it))\s+$|\w+ly\s+$|'(?:d|ll|ve|m|re|s)\s+$|\bit's\s+$|n't\s+$|\b\w+ing\s+$"
    r"|[#\d]\s+$"
)
# "It doesn't suit me it's going back"
CONTINUES = compiled(
    r"\w+\s+(?:\w+\s+)?(?:it's|they're|i'm|im|we're|i am|it is|they are|we are)\s+$"
)
RESTING = compiled(
    r"\b(?:working|fitting|coming|arriving|anything|everything|nothing|something|thing|feeling"
    r"|looking|waiting|charging|going on|happening|it|this|that|them|these|those|any ?more|well"
    r"|properly|fit|work|arrive|either|here|there)\s+$"
)
AFTER = compiled(
    r"\s+on (?:ice|hold)\b|\s+can wait\b|\s+or no \w+|"
    r"\s+(?:page|polic\w+|rules|terms|form|desk|charges?|fees?|costs?|section|conditions|window"
    r"|period|deadline|rate|rates|penalt\w+|guidelines|procedure|instructions|faq|times?)\b"
    r"|\s+(?:process|options?)\b"
    r"|\s*\?\s*(?:no\b|nope\b|nah\b|never\b|not\b)|\s+is the last\b"
    r"|(?:\s+[\w#'-]+){0,4}?\s+(?:is|are|was|were|would be|will be|seems?|would|won't|wouldn't"
    r"|isn't"
    r"|aren't|doesn't|wasn't|needn't|shouldn't|mustn't|don't)"
    r"(?: be)?(?: not| never)? ?(?:really )?(?:needed|wanted|required|necessary|called for"
    r"|out of the"
    r" question|off the table"
    r"|the (?:last|point|issue|answer|plan|problem)|what i|an option|no (?:option|good|use|solution"
    r"|longer)|pointless|unnecessary|silly|not|never|help\b|be necessary|interest me)"
    r"(?! (?:working|going through|letting|available|possible))"
    r"|\s+not (?:needed|wanted|required|necessary)"
)
OPENS = compiled(r"\b(?:start|starting|begin|initiate|open|through|launch|do|arrange|process)\b")
NO_THANKS = compiled(
    r"^\s*(?:(?:i|we) (?:don't|do not|didn't|won't|will not)\s*$|no|nope|nah|never|not (?:me"
    r"|really|at all|happening|now|yet|for me|needed|today|"
    r"interested)|no (?:way|thanks|need|thank you)|forget it|out of the question|absolutely not)\b"
)
# To refuse one place of delivery is to ask for another.
PLACE = compiled(r" the \w+ \w+$| (?:\w+ ){0,3}?(?:to|at) (?!a different|another|any|some)\w")

# --- form -----------------------------------------------------------------------------------------

PAST = compiled(
    r"\w+(?:ed|lled)\b.*|(?:sent|bought|paid|took|taken|brought|gave|went|forgotten)\b.*"
)
HABIT = compiled(
    r"(?:cancels|returns|exchanges|swaps|replaces|changes|sends|takes|brings|gives|goes"
    r"|forgets|deletes)\b.*"
)
# "I want / need / would like my order cancelled", "have it refunded", "it must be replaced"
WISHED = compiled(
    r"\b(?:want|wants|need|needs|like|wish|get|getting|have|having|demand|see|prefer|expect|insist"
    r"|must|should|request|please|love|to|appreciate|let)\b(?! (?:already|just))[^,]*$"
    r"|\b(?:can|could) (?:this|it|that|my|the)\b[^,]*$"
)
PERFECT = compiled(
    r"(?:\b(?:have|has|had|having|'ve|'s|been|got|was|were|is|are|being|i|you|we|they|he|she|it"
    r"|who|already|just|be|i've|you've|she's|he's|it's|they've|we've)\s+(?:\w+ly |already |just"
    r" |even |all |both )?)$"
)
GERUND = compiled(r"(?!bring\b)\w+ing\b.*")
GERUND_ASKED = compiled(
    r"(?:^|\b(?:i'm|im|i am|we're|we are|am|ok|okay|\w+ (?:is|are)|they're|errors? when"
    r"|problems? when|errors?|difficult(?:y"
    r"|ies)"
    r"|question about|about|help|help me|help with|assist\w*|assistance|support|supports"
    r"|with|problems?|problem with|troubles?|issues?|trying|need|like|love|want|wants|start|begin"
    r"|go ahead|to|in|needs|requires?|information about|info about|proceed|please|wanna"
    r"|how do i go about|be"
    r"|i'll be|mind|recommend|me|and|it's|would you mind|possibility of|way of|by))\s*"
    r"(?:\w+ly\s+|also\s+|just\s+)?$"
)
STATE_AFTER = compiled(
    r"(?: \w+){0,2}? (?:hasn't|has(?! to\b)|haven't|didn't|arrived?|came|went|cleared|landed|still"
    r" (?:hasn't|isn't)|show(?:s|ed)|is (?:still|pending|on|due|coming|late))\b"
)

# --- mood -----------------------------------------------------------------------------------------

GENERIC = (
    r"(?:orders|people|customers|items|goods|gifts|things|returns|refunds|cancellations|exchanges"
    r"|products|purchases|presents|one|a customer|anyone|anybody|someone|shoppers|clothes|shoes"
    r"|electronics|a person|an order|a gift|an item|something|a product|(?:sale|opened|worn|used"
    r"|personalised|custom|discounted|digital|pre-?orders?)(?: \w+)?)"
)
SUPPOSED = compiled(
    r"\bto (\w+) or not\b|\bout of the question\b|"
    r"\bwhat (?:would|will|happens?|becomes|about if|are the consequences)\b|\bwhat if (?!you\b)"
    r"|\b(?:i|we|he|she|they)(?:'d| would)\b(?! (?:like|love|rather|prefer|appreciate"
    r"|be grateful|need"
    r"|want))[^.!?]*\bif\b"
    r"|\bwhat(?:'s| is| are) (?:the|my|your) (?:latest|last|options?|deal|polic\w+|rules?|terms"
    r"|deadline|procedure|limit|cut-?off|catch|chances?|risk|penalty|charge|fee|cost|drill"
    r"|downside|point of|rights|time limit|normal)\b"
    r"|\bsuppos(?:e|ing)\b|\bassum(?:e|ing)\b|\bhypothetical\w*\b|\bin theory\b|\btheoretically\b"
    r"|\bin principle\b|\bimagine\b|\blet's (?:say|assume|pretend|imagine)\b|\bpretend\b"
    r"|^\s*(?:\w+ )?say (?:i|it|we|my|the|she|he|they)\b(?! want)"
    r"|\bin case\b|\bin the event\b|\bshould the need arise\b|\bif need be\b|\bif needed\b"
    r"|\bgenerally\b|\bin general\b|\busually\b|\bnormally\b|\btypically\b|\bas a rule\b"
    r"|\bout of (?:curiosity|interest)\b|\bjust (?:curious|wondering|checking|interested|asking"
    r"(?! (?:you )?to\b))\b"
    r"|\bonly (?:curious|wondering|asking(?! (?:you )?to\b)|interested)\b|\bpurely\b|\bcurious\b"
    r"|\bfor (?:future reference|the record)\b|\bhow (?:long|many|much|soon|late|often|would|hard"
    r"|easy|quickly|fast|big|likely|does|did|is|are|come)\b"
    r"|\bhow (?:do|can|does) (?:it|they|that|people|customers|others|refunds|returns"
    r"|you (?:handle|treat|deal))\b"
    r"|\bif i (?:ever |did |do |should |then |just |were to |was to |decide|decided|chose|chose to"
    r"|want(?:ed)? (?:to|out)|had to|have to|need(?:ed)? to|later |no longer |don't |didn't |do not"
    r" |hate |dislike )\b"
    r"|\bif (?:i|we|he|she|they|someone|somebody|my \w+|you) (?:\w+ )?(?:\w+ed|cancel|return"
    r"|exchange"
    r"|swap|change|order|buy|bought|sent|send|got|move|check ?out|ask|pay|take|bring|keep|close"
    r"|delete|go|get)\b"
    r"|\b(?:were|had|should) (?:i|we|it|they)(?: (?:ever|decide|need|want|then|not))?\b(?! be)"
    r"|\bwould (?:i|we|there|shipping|that|this|an?|the|my|cancel\w*|return\w*|swap\w*|chang\w*"
    r"|you (?:ever|still|normally|even|usually|guys (?:ever|still)|charge|let|allow|accept))\b"
    r"|\bwould it(?! be (?:ok|okay|alright|possible|fine|great|nice) (?:to|if))\b"
    r"|\bdo you (?:ever |usually |always |guys )?(?:do |offer |accept |give |allow |let |charge "
    r"|take"
    r" |have )?(?:\w+ )?(?:refund|return|exchange|swap|replace|cancel|reimburse|cancellation)"
    r"(?:s|ments)?\b(?! (?:it|me|this|my|them|order)\b)"
    r"|\b(?<!what )(?<!how )(?<!where )(?:do|does) (?:i|we|one|it|that|cancel\w*|return\w*"
    r"|a (?:refund|return|cancellation)"
    r"|exchang\w*) (?:get|have|need|pay|lose|still|cost|owe|affect|ever|count|work|mean|incur)\b"
    r"|\bin (?:what|which) (?:cases?|situations?|circumstances)\b|\bunder (?:what|which)\b"
    r"|\bon what (?:grounds|condition)|\breturnable\b|\brefundable\b|\bcancell?able\b"
    r"|\bexchangeable\b|\b(?:am i|are you|is one|are we|is it|are they) (?:even |still |ever )?"
    r"(?:allowed|entitled|eligible|permitted|obliged|forced|supposed)\b"
    r"|\b(?:are|is) (?:people|customers|one|buyers|shoppers) (?:allowed|able)\b|\bis it (?:even "
    r"|ever |always |really |at all )?(?:free|easy|hard|normal|common|worth|risky"
    r"|legal|difficult|customary|wise|silly|bad|rude|true|complicated)\b"
    r"|\bis it (?:even |at all |theoretically |in principle |generally |ever )(?:possible|ok)\b"
    r"|\b(?:is it|would it be) possible\b[^.!?]*\b(?:after|once|later|if|when)\b"
    r"|\bis there (?:a |any |an |some )?(?:\w+ )?(?:fee|charge|cost|penalty|limit|deadline|point"
    r"|time|rule|policy|risk|reason|catch|cut-?off|harm|downside|problem)\b"
    r"|\bwill i (?:have|need) to\b|\bwhat(?:'s| is) involved\b|\bin what (?:state|condition)\b"
    r"|, (?:can|could|will|would|do|is|are) (?:i|you|it|we|they)\s*\??$"
    r"|\b(?:should|shall|must|ought) i\b|\b(?<!what )(?<!how )do i (?:have|need) to\b"
    r"|\bwhen (?:can|do|does|could|may|would|will|should|must|am|is|was|did) "
    r"|\b(?:until|till|by) when\b|\bhow far\b|\bat what point\b|\bhow about if\b"
    r"|\b(?:can|could|may|might) (?:i|we|it|an? \w+|they|my \w+)\b[^.!?]*\b(?:later|afterwards?"
    r"|after (?:it|i|they|the|we|\w+ing)|once|in theory|on the day|if (?:i(?! (?:still )?have\b)"
    r"|we|it"
    r"|the \w+|needed|they|my|something|anything|there|need)|without|whenever"
    r"|any ?time|within|potentially|possibly|even|eventually|one day|down the (?:line|road))\b"
    r"|\b(?:can|could) (?:i|we) (?:always|theoretically|potentially|in theory|ever|even|only)\b"
    r"|\bif\b[^.!?]*\b(?:can|could|would|do|will|does|is|may|might|am|are) (?:i|we|you|it|an?|there"
    r"|the|my|they)\b"
    r"|\b(?:can|could|would|do|will|does|may|might|am|are) (?:i|(?<!can )(?<!could )you|it|they|we)"
    r"\b[^.!?]*\bif (?:it|i(?! (?:still )?have\b)"
    r"|the|they|my|he|she|we|something|that|anything|there)\b(?! (?:is|'s|was|have|has|not|still)"
    r" (?:not |still |no )?(?:yet |already )?(?:possible|ok|shipped|too late|sent|been|packed"
    r"|dispatched|left|alright))"
    r"|\bbefore (?:i|we) (?:buy|order|pay|commit|purchase|decide|place)\b"
    r"|\bonce i(?:'ve| have)? (?:\w+)\b[^.!?]*\?|\bwho (?:pays|would|covers|bears|gets)\b"
    r"|\bdifference between\b|\bwhat does\b|\bwhat do (?:you|people|customers) (?:do|mean|say)\b"
    r"|\bwhat counts\b|\bmeaning of\b|\bwhat(?:'s| is) (?:a|an) \b|\bthe rules?\b|\bany (?:fee"
    r"|charge"
    r"|cost|penalty|deadline)\b|\bdoes it (?:cost|matter|take)\b|\bpros and cons\b"
)
RULE = compiled(
    rf"\b(?:can|could|are|is|do|does|may|will|should|must) (?:all |most |any |your )?{GENERIC}\b"
    r"(?! (?:please|of))"
    r"|\b(?:can|could|may|do|would) (?:i|we|you|u|one) (?:still |just |ever |really "
    r"|only )?(?:cancel"
    r"|return|exchange|swap|refund|send back|bring back|take back) (?:just |only )?"
    rf"(?:part|half|{GENERIC}|stuff|food|\w+s i|\w+ (?:shoes|clothes|cosmetics|goods|orders))\b"
    r"|\bcan (?!i\b|you\b|we\b|u\b|this\b|that\b|it\b|my\b|the\b|someone\b|somebody\b|your)(?:a "
    r"|an )?"
    rf"\w+ (?:\w+ )?(?:go back|be {ACT_WORD}\w*)\b"
    rf"|\b(?:is|would) it (?:be )?(?:possible|ok|okay|fine|alright) (?:to"
    rf"|for {GENERIC} to) (?:\w+ )"
    rf"{{0,2}}?{GENERIC}\b"
)
SPECIFIC = compiled(r"\b(?:my|this|these|it|them|for me)\b|\d{3,}")
WEAK = compiled(
    r"\b(?:joking|joked|kidding)\b|\bwhether (?:i|we|or not)\b|\b(?:i'll|we'll) (?:have to )?see\b"
    r"|\b(?:i|he|she|they|we|you)'d\b(?! (?:\w+ly |just )?(?:like|love|rather|prefer|want|need"
    r"|appreciate|better"
    r"|be (?:very "
    r")?(?:grateful|happy|glad|pleased)))|^\s*(?:well |sure |of course )?(?:i|we) could\b|"
    r"\b(?:might|maybe i|maybe we|perhaps i|perhaps we|possibly)\b|\b(?:i|we|she|he) may\b"
    r"|\b(?:thinking|thought|think) (?:about|of|over)\b|\bconsider(?:ed|ing)?\b|\btempted\b"
    r"|\bwonder(?:ing|ed)? (?:whether|if) (?:i should|to|i want|it'?s worth|we should)\b"
    r"|\b(?:deciding|decide|decided|undecided|unsure|not sure|debating|torn)(?: \w+)? (?:whether|if"
    r"|about|on|between)\b"
    r"|\bon the fence\b|\bin two minds\b|\bhalf a mind\b|\btoying with\b|\b(?:was|were) (?:\w+ )?"
    r"(?:going|about|planning|ready|close|tempted|set) to\b|\b(?:was|were) (?:on the point of|close"
    r" to)\b|\b(?:almost|nearly)\b|\bused to\b|\b(?:originally|initially|at first|first) (?:wanted"
    r"|meant|planned|intended)\b|\bwanted to\b(?=.*\b(?:but|then|not any ?more)\b)|\bif i feel like"
    r"\b|\bone day\b|\bsome ?day\b|\bsooner or later\b|\bhop(?:e|ing) (?:i|we) (?:don't|won't"
    r"|never)"
    r"|\b(?:discussed|talked about|mentioned|spoke of)\b|\bplan b\b"
    r"|(?:\b(?:i|it|that|we|he|she|they)(?:'d| would)|\b(?:i|we) (?:am|are)|\bi'm) (?:be |feel "
    r"|seem |look"
    r" )?(?:an? |too |so |such an? |very |quite )?(?:crazy|mad|stupid|silly|foolish|pity|shame"
    r"|waste|bad"
    r"|sorry|sad|nuts|daft|wrong|rude|fool|idiot|overkill|useless|pointless|insane|heartbroken"
    r"|embarrass\w+|ashamed|nowhere near|far from|hesitant|shy)\b|\bafraid\b|\bworried\b"
    r"|\bscared\b"
)
# What somebody did or may have done is no ask.
FACT = compiled(
    r"\b(?:why|who|when|how) (?:was|were|is|has|have|had|did|got)\b|\b(?:was|were|has|have"
    r"|is) (?:my|the|it|this|our|that) (?:\w+ ){0,4}$"
)
REPORTED = compiled(
    r"\b(?:the|my|his|her|your|that) (?:\w+ ){1,2}(?:wanted|tried|offered) to (?:\w+ )?$|"
    r"\b(?:i|we)(?:'ve)? (?:asked|told|got|paid) (?:my|a|the|his|her|our) \w+ to (?:\w+ )?$|"
    r"\b(?:tells?|telling|told|asks?|asked|urg\w+|begg\w+|warn\w+|wants?|wanted) me to (?:\w+ )?$"
    r"|\b(?:pressed|clicked|hit|tapped|stamped|marked|shows(?: as)?|saying|the word) (?:on )?$"
    r"|\b(?:last|previous|earlier) $|"
    r"\b(?:i|we|you|they|he|she)(?:'ve| have| had)? (?:already |just |finally )?(?:got|received"
    r"|collected"
    r"|accepted|processed|seen) (?:my|the|a|your|our|his|her) $|"
    r"\bdid (?:i|you|we|someone|somebody|they|anyone|he|she|my \w+) (?:\w+ ){0,3}$"
    r"|\b(?:you|they|he|she|somebody|someone|people|everyone|i was|who|it|website|site|page|email"
    r"|mail|agent|bot|colleague|friend|sister|brother|mum|mom|dad|neighbou?r|wife|husband) "
    r"(?:just |already |has |had |have )*(?:said|says|say|told|tells|claims?|claimed|mentioned"
    r"|suggested|advised|asked|recommended|wrote|reckons)\b(?! (?:me |us )?(?:to )?(?:please|ask))"
    r"|\bi (?:heard|read|hear|saw|see)\b|\bi was told\b|\bapparently\b|\baccording to\b"
    r"|\b(?:she|he|they) (?:asked|requested|wanted)\b"
    r"|\b(?:friend|sister|brother|mum|mom|dad|neighbou?r|colleague|mate|people|everyone|others) "
    r"(?:has |had |have |always |just |also )?$"
)
DEMAND = compiled(
    r"^\s*(?:(?:then|so|ok|okay|well|and|or|please|pls|plz|just|now|yes|simply|only|in that case"
    r"|otherwise|kindly)\s+)*(?:(?:i|we)(?:'d like| want| need| would like| wish| insist| demand"
    r"|'ll)"
    r"|i'm looking to|(?:can|could) you|go ahead|let's(?! say)|let me|cancel|return|refund|exchange"
    r"|swap"
    r"|change|send|give|take|ship|deliver|put|charge|use|order|buy|place|replace|switch|amend|edit"
    r"|alter|scrap|call|add|remove|redirect|update|delete|close|erase|forget|wipe|please)\b"
)
# A question asks for an act only in a frame of request or procedure.
INTERROGATIVE = compiled(
    r"^\s*(?:(?:and|so|but|then|also|or|ok|okay|well|hi|hey|please|now|just|anyway|actually)\s+)*"
    r"(?:(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|isn't"
    r"|aren't|doesn't|didn't|hasn't)\b(?! (?:like|love|prefer|appreciate|rather|be|also|not|need"
    r"|want)\b)"
    r"|(?:has|have|had) (?:i|you|we|they|he|she|it|my|the|any\w*|some\w*|there|order|that|this)\b"
    r"|(?:what|what's|who|who's|whose|why|when|when's|which|how|how's|where|where's)\b)"
)
REQUEST = compiled(
    r"\b(?:can|could|cn) (?:u|y)?\w+ (?:me|my)\b|\bhow \w+ i\b|\bpossible to\b|"
    r"\b(?:can|could|will|would|cn|cud) (?:you|u|ya|someone|somebody|anyone|anybody)\b"
    r"|\b(?:can|could|may|might|shall|cn) (?:i|we|my \w+|this|it|that|these|those|the \w+)\b"
    r"|\b(?:how|where) (?:do|can|could|would|should|to|must|might|will|does one|am)\b"
    r"|\bwhat (?:do|must|should|can|could) (?:i|we) (?:have to |need to )?(?:do|be)\b"
    r"|\bwhat(?:'s| is| are| would be) the (?:\w+ )?(?:ways?|steps)\b|\bwhat about\b|\bhow about\b"
    r"|\b(?:is|would) it (?:be )?(?:still )?(?:possible|ok|okay|alright|fine|too late|an option)\b"
    r"|\b(?:is|are) there (?:still )?(?:any|a|an|some)? ?(?:way|chance|possibility|method|option"
    r"|means|somebody|someone)\w*\b|\bany (?:way|chance)\b|\bmind\b|\bam i able\b|\bwill there be"
    r"|\bhave (?:a |an )?(?:method|way|form|problem|trouble|issue|got to|to)\w*\b|\bdo i go about\b"
    r"|\bwhere(?:'s| is) (?:the|a|my)\b"
)
# "A refund would be useless": an act that a sentence is about is not asked for by it.
SUBJECT = compiled(r"^\s*(?:(?:the|a|an|my|your|any|this|that|another|no) (?:\w+ )?)?$")
PREDICATE = compiled(
    r"^(?: (?:of|for|on|in|to|with) (?:[\w#]+ ){0,3}?[\w#]+| label| request| page| it| them| this"
    r"| that| me| us| (?:the|my) \w+)? (?:is|was|were|would|crossed|cannot|can't"
    r"|will|has|had|seems?|went|came|means?|makes?|does|doesn't|had been|isn't|wasn't|won't"
    r"|wouldn't)\b"
    r"(?! (?:be |now )?(?:needed|required|due|requested|in order|overdue|necessary"
    r"|what i (?:want|need)"
    r"|do\b|fine|preferred|best|all i|my preference))"
)
# After an act thrown back as a question ("a refund? what refund?") only these ask for it.
TAKEN_UP = compiled(
    r"^\s*(?:yes|yep|yeah|please|pls|ok|okay|sure|go|do it|i(?:'d)? (?:want|need|like|would|wish)"
    r"|can|could|how|when|is|will|would|possible|asap|now|today|because|it'?s? (?:broke|broken|too"
    r"|the wrong|damaged|faulty)|the \w+ (?:is|was|are))\b"
)
# "They said I'd be paid back, so please do it"
DO_IT = compiled(
    r"\b(?:please|pls|so|then|now|and) (?:do|process|arrange|handle|proceed|go ahead)\b(?! you"
    r"| i\b| not)|, do (?:it|so)\b"
)
AS_IT_IS = compiled(
    r"\bhands off\b|\bleave (?:my|the|that|this) (?:\w+ )?(?:order|parcel|account|address|cart"
    r"|card) (?:be|in peace|where it is|running)\b|\b(?:order|parcel|it|things|everything)"
    r" (?:should|must|may|can|shall) (?:just |still )?(?:go through|carry on|go ahead|stay)\b"
    r"|\b(?:it|they|he|she|that|the \w+) stays?\b|\bnowhere else\b|, not me\W*$"
    r"|\b(?:un|non-?)(?:returnable|refundable|cancell?able)\b"
    r"|\b(?:one|some) ?day (?:i|we|maybe)\b|\bif i were\b|\bin (?:my dreams|another life)\b|"
    r"\b(?:leave|keep)\b[^.!?,]*\b(?:as (?:it )?is|as it was|alone|the same|unchanged|as they are"
    r"|untouched|as planned)\b"
    r"|\bno changes\b|\b(?:address|card|order|size) is (?:still|fine|right|correct|ok)\b"
    r"|(?:^|, ?)keep (?:my|the)\b|\b(?:i'm|i am|we're|we are|i'll be|we'll be) keeping\b"
    r"|\b(?:don't|not) (?:send|ship|deliver) (?:\w+ ){0,2}(?:anywhere|somewhere|elsewhere)\b"
    r"|\b(?:stays?|staying|remain) (?:exactly |just |right )?(?:as (?:it is|is)|put|the same"
    r"|with me|open)\b"
)
# A turn that opens so, and names no act, supposes one.
OPENING = compiled(
    r"^(?:and |so |but |hey |wait )?(?:who|why|whose|since when|how come)\b(?![^?]*\b(?:can|can't"
    r"|could|do|does|don't|would|won't|should|to)\b)|"
    r"^(?:and |so |ok |well )?(?:what if (?:i|it|my|the|we)\b|suppos(?:e|ing)\b|imagine\b"
    r"|let's say\b|assum(?:e|ing)\b|say (?:i|it|the|my|we)\b"
    r"|hypothetically\b|if (?:it|i|my|the|we)\b[^,]*, (?:what|how|who|would|could i|do i|can i)\b)"
)
RATHER = compiled(
    r"\bmake (?:it|that)\b|\bput it on\b|\buse the\b|\bshould be\b|\b(?:just|only) (?:the|to|my)\b"
    r"|\bbut (?:to|in|with|at|by|on|for|the|as|from)\b|\binstead\b(?! of)"
)
ANOTHER = compiled(
    r"\b(?:same|another|new|working|different|bigger|smaller|longer|shorter|other one|one in"
    r"|one that"
    r"|right|correct|want (?:it|one|them) in)\b"
)
