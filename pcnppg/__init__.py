"""The software on which patient participation groups run.

Domains (`membership`, `mailing`, `groups`, …) stand on shared floors (`post`, `web`, `store`, `kernel`) and import only
downwards. Inside a domain: rules decide, queries read, actions change, forms check, views answer, emails tell, jobs wake.
`app.py` is the table of contents.
"""
