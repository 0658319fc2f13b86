"""Groups of one network, on equal terms.

A network group federates the practice groups that chose to join it. Joining is an invitation that a group's chair accepts under
a written agreement with numbered versions; leaving is one act; neither moves a contact. Groups send delegates, delegates elect
the network's officers and vote. A decision's question, options, rule and roll are fixed when it opens, and its result can be
counted again by whoever may see it. The network offers notices and mailings; each group takes them or not, in its own words.

Promise: what one group knows of its people stays with that group. Here are read only the numbers and words that groups share.
"""
