"""What comes back: reports that a mail could not be delivered, complaints, mails that leave, and replies to a return path.

The story: a mail server, or the mailbox of the installation, hands in one raw message. `formats` reads what it is; the token
in the address that it came to says of which mail of ours it speaks, and nothing else does: no address in its text, and no
sender. `actions` do what follows, once, however often the message comes.

- A *hard* return says that nobody is there: the address stops at once. A *soft* one (a full mailbox, a server that is
  away, a text that was taken for junk) stops it after three mailings in a row. Neither is a withdrawal of consent.
- A *complaint* is one, and so is a mail to the leaving address.
- A late delivery, a note of absence or a program that asks who we are change nothing.
- A person's reply goes on to the group's monitored mailbox, and its words are not kept here.
"""
