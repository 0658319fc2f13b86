"""Accounts and doors: who may come in, and how they show that it is them.

There are no passwords. A code or link by mail opens a session; roles that can see contacts or write to them also need an
authenticator code. Unknown addresses get the same answer by the same path.
"""
