"""Simulated shoppers: who they are and what they want as data; they read replies and answer them.

task       what a shopper knows and wants
reading    what a reply asks, from its public fields alone
phrases    how it is said: several wordings per act, seeded
shopper    the shopper: raises goals, answers, confirms what matches, corrects what does not
"""
