"""Outgoing mail of any kind: messages waiting, the worker that hands them over, and the truth about each.

A message waits as a row written in the transaction of the fact that causes it. The worker marks rows *attempting*, hands
them over in a real SMTP conversation, and records the server's answer. What a crash leaves attempting is *uncertain*.
Service messages overtake list mail. This domain knows neither contacts nor groups: others lend it queues and gates.

An *item* is one message in a worker's hand; its *outcome* what became of the attempt; a *queue* whatever the worker drains:
the outbox here, deliveries in `mailing`. What other domains use, beside rules and actions: `formats.prepare`, `fill`,
`slot` and `phrase` for list mail, and `emails.render` for the shared frame `templates/emails/layout.{html,txt}`.
"""
