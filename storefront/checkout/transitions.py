"""What the shop does about each fact of money in each state of an order: the whole table.

A fact is what Stripe says when asked, whoever told us to ask; so the same fact may come often,
late and in any order, and every pair has an answer. '-' says that there is nothing to do. The
answers are the functions of steps.py and afterwards.py; docs/payments.md explains the words.
"""

#: What a payment page says.
PAGE = """
state         paid        paid_otherwise  paid_again  under_way  failed  ended
pending       sell        set_aside       sell        wait       fail    release
processing    sell        set_aside       sell        wait       fail    -
paid          -           -               pay_back    -          -       -
on_hold       -           -               pay_back    -          -       -
expired       sell_again  set_aside       sell_again  -          -       -
failed        sell_again  set_aside       sell_again  -          -       -
cancelled     return_it   return_it       return_it   -          -       -
refunding     -           -               pay_back    -          -       -
refunded      -           -               pay_back    -          -       -
disputed      -           -               pay_back    -          -       -
charged_back  -           -               pay_back    -          -       -
"""

#: What became of the money afterwards.
MONEY = """
state         returned  bounced  disputed  won      lost
pending       -         -        -         -        -
processing    -         -        -         -        -
paid          close     -        dispute   -        charge_back
on_hold       close     -        -         -        charge_back
expired       -         -        -         -        -
failed        -         -        -         -        -
cancelled     -         -        -         -        -
refunding     finish    -        -         -        charge_back
refunded      -         reopen   -         -        -
disputed      close     -        -         restore  charge_back
charged_back  -         -        -         -        -
"""


def _read(text: str) -> dict[tuple[str, str], str]:
    rows = [line.split() for line in text.strip().splitlines()]
    facts = rows[0][1:]
    return {
        (row[0], fact): answer
        for row in rows[1:]
        for fact, answer in zip(facts, row[1:], strict=True)
    }


#: (state, fact) → the name of a step, or '-'.
ANSWERS = {**_read(PAGE), **_read(MONEY)}
FACTS = tuple(dict.fromkeys(fact for _, fact in ANSWERS))
