"""Who is who: whether two names are one person's or one company's, and whether an address is a person's.

Nothing here measures likeness: a name is the same, a short form, an initial or a spelling of the other, or another's.
"""
