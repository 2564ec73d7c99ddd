"""What a shopper says of orders: acts in a turn, things by their names, versions by their options.

Everything here is a pure function of text and of plain records handed in; nothing reads a database.
"""
