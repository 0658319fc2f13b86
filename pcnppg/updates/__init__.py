"""Updates and thanks: what the practice, or the group, has to say on the group's page, in two minutes.

An *update* is short and of one kind: news, opening and access, staff, the building, "you said, we did", or a new role or
service with a form of its own. It has a day on which somebody looks at it again, and a day on which it ends. Every change is
kept. It comes from the practice or from the group, and each side changes only its own. It sends no mail: officers pick what
waits into their next mailing. *Thanks* go to the whole group, or to a volunteer by role.
"""
