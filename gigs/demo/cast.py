"""Who lives in the demo. All of them are made up."""

from dataclasses import dataclass

from gigs.demo.scenes.people import Look


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    headline: str
    bio: str
    location: str
    palette: str
    look: Look

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"


STAFF = "admin"

# Who has whom as a buddy: enough for everybody to be recommended somebody.
BUDDIES = {
    "marta": ("samuel", "elin", "chloe"),
    "kenji": ("amara", "chloe"),
    "amara": ("leila", "kenji", "marta"),
    "elin": ("ines", "samuel"),
    "tomas": ("chloe",),
    "leila": ("priya", "amara"),
    "jonas": ("priya",),
    "chloe": ("tomas", "noah", "marta"),
    "samuel": ("elin", "marta", "ines"),
    "ines": ("elin",),
    "noah": ("chloe", "ines"),
}

CAST = (
    Person(
        "marta", "Marta Nowak", "Portraits in daylight",
        "I photograph people where they feel at home: kitchens, gardens, workshops. No flash, no hurry.",
        "Kraków, Poland", "linen", Look(0, 3, "long"),
    ),
    Person(
        "kenji", "Kenji Arai", "Stoneware for every day",
        "I throw pots on a kick wheel and fire them twice a month. What leaves my kiln is made to be used.",
        "Mashiko, Japan", "clay", Look(1, 0, "short"),
    ),
    Person(
        "amara", "Amara Okafor", "Textile and surface design",
        "Patterns for cloth, paper and walls. Trained as a weaver, and I still think in warp and weft.",
        "Lagos, Nigeria", "ochre", Look(4, 0, "curls"),
    ),
    Person(
        "elin", "Elin Sandberg", "Landscapes and long exposures",
        "Twenty years of walking the north with a tripod. I sell prints and teach waiting for the light.",
        "Tromsø, Norway", "fjord", Look(0, 4, "bun"),
    ),
    Person(
        "tomas", "Tomás Herrera", "Baker and teacher of bakers",
        "Sourdough is flour, water, salt and patience. I bring the patience and you bring an apron.",
        "Oaxaca, Mexico", "rose", Look(2, 1, "short"),
    ),
    Person(
        "leila", "Leila Haddad", "Logos and quiet brands",
        "I draw marks that still work when they are four millimetres wide. Arabic and Latin type together.",
        "Amman, Jordan", "sage", Look(1, 1, "covered"),
    ),
    Person(
        "jonas", "Jonas Weber", "Vinyl, mixing and mastering",
        "I cut, clean and listen. A small room with honest speakers and a lathe from 1971.",
        "Leipzig, Germany", "slate", Look(0, 2, "short"),
    ),
    Person(
        "priya", "Priya Raman", "Editor of books and essays",
        "I read your draft three times: as a reader, as a doubter and with a ruler. Then we talk.",
        "Chennai, India", "plum", Look(3, 0, "long"),
    ),
    Person(
        "chloe", "Chloé Martin", "Tables, flowers and dinners",
        "I lay tables for eight to eighty people and arrange what grows nearby. Candlelight is a craft.",
        "Lyon, France", "forest", Look(1, 2, "bob"),
    ),
    Person(
        "samuel", "Samuel Tesfaye", "Architecture in pictures",
        "I photograph buildings for those who made them: early, on foot, with straight verticals.",
        "Addis Ababa, Ethiopia", "dawn", Look(4, 0, "short"),
    ),
    Person(
        "ines", "Inês Carvalho", "Sea swimmer, drone pilot, printmaker",
        "The coast from above and the sea from inside it. Licensed to fly in all of the EU.",
        "Ericeira, Portugal", "ocean", Look(1, 3, "curls"),
    ),
    Person(
        "noah", "Noah Campbell", "Garden designer",
        "Planting plans for small and shady places. I like leaves more than flowers, and say so early.",
        "Wellington, New Zealand", "night", Look(5, 0, "bun"),
    ),
)  # fmt: skip
