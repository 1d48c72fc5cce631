"""What the demo's people write: items, venues, actions, reflections, comments."""

VENUES = {
    "DNE": "Education Centre, St Ita's, Portrane",
    "DML": "Recovery College, Naas",
    "DSE": "Arts Room, Kilkenny Recovery College",
    "SW": "Seomra na Laoi, Cork",
    "WNW": "Library Room, Merlin Park, Galway",
    "MW": "Community Centre, Ennis",
}
ITEMS = (
    "A name for our newsletter",
    "Who covers when a peer worker is on leave?",
    "Notes from the recovery college open day",
    "Gaeilge inár gcuid oibre: Irish in our work",
    "Lone working: what is agreed, and what is done",
    "A shared calendar of courses",
    "How we welcome new colleagues",
    "Feedback from the family forum",
    "Mileage and parking at the new site",
    "Co-producing the leaflet on advocacy",
    "What “lived experience” asks of a job interview",
    "Tea and biscuits 🍪: who brings them?",
)
REASONS = (
    "There is no room this time; we will take it first next time.",
    "The area lead is looking into this already and will write to all of us.",
)
ACTIONS = (
    "Ask the recovery college for its spring courses",
    "Write a page on what a peer worker does",
    "Find a room that can be reached by bus",
    "Draft a welcome note for new members",
    "Bring two examples of a good consent form",
    "Invite a speaker on housing",
    "Collect dates of family forums",
    "Share the slides on boundaries",
)
WELL = (
    "Everybody got a turn to speak.",
    "The reflection took us further than I had expected.",
    "Bhí sé go hiontach a bheith le chéile arís.",
    "Good to put faces to names 🙂",
    "We kept to time, and the tea was strong.",
)
BETTER = ("A bigger room.", "Fewer items, more time for each.", "Start at half past, for the bus.")
HEARD = (
    {
        "said": "Several of you would like fewer items, and more time for each.",
        "did": "We place three items on an agenda at most. The rest waits for the next one.",
    },
    {"said": "The room was too small, and hard to reach by bus."},
    {
        "said": "You liked that everybody got a turn to speak.",
        "did": "We will begin every meeting with a round, as we did this time.",
    },
)
POLLED = "What the new housing scheme means for the people we work with"
CANCELLED = "The venue is closed by the storm. We will find a new date together."

_STEPS = ("description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")
_REFLECTIONS = (
    (
        "I ran a course with a colleague for the first time, and we had not agreed who starts.",
        "I was nervous, then annoyed with myself, then glad that people laughed with us.",
        "The group took part from the start. Our changes from one to the other were rough.",
        "We had planned the contents together and the running of it not at all.",
        "Planning how we work together is part of planning the course.",
        "Half an hour with my co-facilitator beforehand, with the running order between us.",
    ),
    (
        "A person I support asked me something that I could not answer without telling my own story.",
        "Torn. I wanted to be honest, and I was tired that day.",
        "I told a little and stopped. That was enough for both of us.",
        "I knew my limits because we had talked about boundaries here in spring.",
        "Sharing is a choice each time, not a duty of the role.",
        "Bring it to supervision, and think of three things I am always ready to share.",
    ),
    (
        "Our engagement meeting was moved to a place without a bus, and half of the group stayed away.",
        "Disappointed for those who could not come, and a bit ashamed that I had not noticed.",
        "Those who came did good work; who was missing was not asked.",
        "The room was booked by somebody who drives, and nobody checked.",
        "Getting there is part of being heard.",
        "A short list for booking rooms: bus, step-free, warm, a quiet corner.",
    ),
    (
        "In a team meeting a colleague spoke about “non-compliant” people, and I said nothing.",
        "Small, and then angry on the way home.",
        "I kept the peace, and lost a chance.",
        "I was the only peer worker in the room, and new.",
        "I do not have to win an argument; asking a question is enough.",
        "Practise with a colleague: “What do you think was behind that?”",
    ),
)


def reflection(number: int) -> dict[str, str]:
    """The six steps of one of a few experiences."""
    return dict(zip(_STEPS, _REFLECTIONS[number % len(_REFLECTIONS)], strict=True))
