"""Outgoing mail of any kind: messages waiting, the worker that hands them over, and the truth about each.

A message waits as a row written in the transaction of the fact that causes it. The worker marks rows *attempting*, hands
them over in a real SMTP conversation, and records the server's answer. What a crash leaves attempting is *uncertain*.
Service messages overtake list mail. This domain knows neither contacts nor groups: others lend it queues and gates.
"""
