"""Meetings, from the call for items to the accepted minutes; their agendas are made together.

Anybody puts a word in: an *item* is proposed, confirmed by mail where its proposer has no account, and lands in the *tray*.
Officers alone rule the tray and the order (rule 8); the practice answers what is passed to it. A *backing* says that an item
matters to somebody else too. An *entry* is a place on one meeting's agenda: of an item, or of a *standing item*. A published
agenda leaves a *revision* each time, so that changes show as changes. Nothing disappears: each act on an item is a line of its
history, and proposer and backers are told the outcome once. What happens at the meeting is noted, decided or given to somebody
as an *action*; the minutes write themselves from that, and are accepted at the next meeting.
"""
