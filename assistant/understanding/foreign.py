"""Whether a message in Latin letters is in another language than English.

Such a message is left to the multilingual encoder, and answered in English. The cost of a wrong
guess is small both ways, so a few of each language's commonest words are enough.
"""

from __future__ import annotations

import re
from typing import Final

_LETTERS: Final = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+"
_WORD: Final = re.compile(f"{_LETTERS}(?:['’]{_LETTERS})?")
_READ: Final = 600
"""Characters that are looked at; the encoders read no further either."""

# Words that English has too ("die", "was", "come", "per", "is") tell nothing and are left out.
_COMMON: Final = frozenset(
    """
    auf aus bei bitte das dem der diese dieses ein eine einem einen einer gibt habe haben hallo
    ich ihr ihre kann kein keine mein meine meinem meinen meiner mir mit möchte nach nicht noch oder
    sind und vom von wann wie wo zu zum zur danke
    ai aux avec bonjour ce cette combien dans des du elle est et il je la le les leur ma merci mes
    mon ne notre nous où ou par pas peux plus puis quand que quel quelle qui sa ses sont sur un
    une veux voudrais vos votre vous c'est j'ai
    al con cuál cuándo cuánto dónde donde el ella es esta este está gracias hay hola las lo los mi
    mis muy más para por puedo pedido quiero qué se su sus tengo una y del cómo como
    anche avete che ciao della delle di dov'è e gli grazie ho mia mie miei mio nel non posso
    quale quando quanto questa questo sono uno voglio vorrei è
    ao até com da dos em esse estou eu isso meu meus minha minhas não na nos obrigada
    obrigado olá onde os pode qual quero são tenho um uma você vocês
    aan bij dank deze dit een ga graag heb hebben het hoe ik jullie kan kunnen maar mijn naar niet
    ook op te uit van voor waar wanneer welke wil zijn
    czy dla gdzie ile jak jaka jaki jakie jest kiedy mam moje moja moją mojego moim mój nie
    od po poproszę proszę się są w z za zamówienie chcę chciałbym mogę dziękuję
    acaba bana ben benim bir bu bunu değil için istiyorum kaç lütfen merhaba mı mu mü nasıl
    neden nerede nereye olan olarak sipariş siparişim siparişimi teşekkürler var ve yok
    """.split()  # noqa: SIM905 - a block of words reads better than a list of them
)
_ENGLISH: Final = frozenset(
    """
    about and any are as at be buy by can cancel could did do does don't for from get give
    have has help how i i'd i'm it its my need not of on or order out please return send
    show that the this to want what when where which who why with would you your
    """.split()  # noqa: SIM905
)


def reads_foreign(text: str) -> bool:
    """True where a text's words are more of another Latin-lettered language than of English.

    A word with a letter beyond ASCII counts as such a language's, as do the commonest words of
    German, French, Spanish, Italian, Portuguese, Dutch, Polish and Turkish.
    """
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text[:_READ])]
    other = sum(word in _COMMON or not word.isascii() for word in words)
    return other > sum(word in _ENGLISH for word in words)
