"""Order service: what a shopper asks done becomes tasks, tasks writes, and writes a proposal.

tasks      what is asked, as it is kept between turns
holdings   the shopper's orders, items and the versions they may become
which      which items and orders words mean
meant      which a task means, or the question
swaps      which version an item becomes
methods    which payment method
back       cancelling and sending back, against the records
change     other versions and other payment, against the records
addresses  other addresses, against the records
proposing  writes as one proposal, and what was done
desk       the skill itself
facts      questions about orders, answered from the records
"""
