"""What the people of the demo offer, and what the pictures of it show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: which scene in which palette, and its alternative text."""

    scene: str
    palette: str
    alt: str


@dataclass(frozen=True, slots=True)
class Offer:
    owner: str
    title: str
    description: str
    price: str
    currency: str
    tags: tuple[str, ...]
    shots: tuple[Shot, ...]
    draft: bool = False


def _offer(
    owner: str,
    title: str,
    price: str,
    tags: str,
    text: str,
    *shots: tuple[str, str, str],
    draft: bool = False,
) -> Offer:
    amount, currency = price.split()
    pictures = tuple(Shot(*shot) for shot in shots)
    return Offer(owner, title, text, amount, currency, tuple(tags.split(", ")), pictures, draft)


OFFERS = (
    _offer("marta", "Portrait session in daylight", "180 EUR", "photography, portrait",
           "Two hours at your home or mine, one person or two. Thirty edited pictures within a week.",
           ("portrait", "linen", "A portrait in window light before a sand-coloured wall"),
           ("portrait", "sage", "A calm half-length portrait, green backdrop"),
           ("portrait", "rose", "Portrait of a person looking into soft light from the side")),
    _offer("marta", "Headshots for a whole team", "640 EUR", "photography, portrait, business",
           "Up to twelve people in an afternoon, same light for everyone, delivered in three crops each.",
           ("portrait", "slate", "A business portrait before a grey-blue backdrop"),
           ("portrait", "fjord", "A portrait of a colleague in a dark pullover")),
    _offer("marta", "Evening portraits with city lights", "220 EUR", "photography, portrait, night",
           "We meet at dusk and walk. The lamps do the rest.",
           ("bokeh", "plum", "Street lamps out of focus in pink and violet"),
           ("portrait", "night", "A portrait against a deep blue evening")),
    _offer("kenji", "Set of four stoneware cups", "96 EUR", "ceramics, tableware, handmade",
           "Thrown, trimmed and glazed by hand. Each holds 200 ml and keeps its warmth.",
           ("vessels", "clay", "Cups and a vase on a terracotta table, window light on the wall"),
           ("vessels", "linen", "Pale stoneware in front of a linen-coloured wall")),
    _offer("kenji", "A vase to your measure", "140 EUR", "ceramics, handmade, home",
           "Tell me the place, the light and the flowers. You choose from three drawings before I throw.",
           ("vessels", "sage", "Tall vases in green and cream glazes"),
           ("vessels", "ocean", "A group of blue and sand-coloured vessels"),
           ("vessels", "plum", "A bottle and a bowl in rose and violet glazes")),
    _offer("kenji", "First day at the wheel", "75 EUR", "ceramics, class, beginners",
           "A day for three people. You go home with muddy sleeves and, three weeks later, two fired bowls.",
           ("vessels", "ochre", "Freshly glazed bowls and jars on an ochre table")),
    _offer("amara", "Repeating pattern for fabric", "320 USD", "textile, pattern, illustration",
           "One seamless repeat in three colourways, ready for the printer, with all rights for one product.",
           ("pattern", "ochre", "A bold geometric print in ochre, green and rust"),
           ("pattern", "clay", "Quarter circles in brick red and sage"),
           ("folds", "rose", "Rose-coloured cloth hanging in soft folds")),
    _offer("amara", "Hand-dyed curtains", "260 USD", "textile, home, handmade",
           "Linen dyed with madder, weld and indigo. Two panels, made to your window.",
           ("folds", "plum", "Violet fabric in heavy bent folds"),
           ("folds", "ochre", "Sunlit ochre curtain, close up")),
    _offer("amara", "Wallpaper for one brave wall", "480 USD", "pattern, interior, illustration",
           "A design drawn for your room. Ten square metres, printed and delivered.",
           ("pattern", "fjord", "Wallpaper of leaves and half circles in petrol and sand"),
           ("pattern", "rose", "A tiled print in rose, red and cream")),
    _offer("elin", "Fine art print: fjord at dawn", "150 NOK", "photography, landscape, print",
           "Pigment print on cotton paper, 40 by 30 cm, signed, from an edition of fifty.",
           ("lake", "fjord", "Mountains mirrored in a still fjord at dawn"),
           ("mountains", "fjord", "Blue ridges, one behind the other, in morning haze")),
    _offer("elin", "Northern lights workshop", "2900 NOK", "photography, landscape, night, class",
           "Two nights, four people, warm drinks. If the sky stays dark you come again for nothing.",
           ("aurora", "night", "Green northern lights over dark hills"),
           ("aurora", "fjord", "A curtain of light above snow-blue mountains"),
           ("aurora", "plum", "Faint aurora in a violet polar night")),
    _offer("elin", "Landscape pictures for your lobby", "5400 NOK", "photography, landscape, interior",
           "I hang what I make. A series of three large prints, framed in ash.",
           ("mountains", "dawn", "Rose-coloured mountains at first light"),
           ("lake", "slate", "A grey lake under low mountains"),
           ("mountains", "forest", "Forested ridges fading into mist")),
    _offer("tomas", "Sourdough class for beginners", "55 USD", "food, class, baking",
           "Five hours, six people, one loaf each to take home, and a jar of starter older than you.",
           ("loaf", "linen", "A round sourdough loaf on a linen cloth, scored like wheat"),
           ("loaf", "rose", "A dark crust dusted with flour")),
    _offer("tomas", "Weekly bread, delivered by bicycle", "24 USD", "food, baking",
           "Two loaves every Thursday for a month. Wholegrain, or what I felt like.",
           ("loaf", "ochre", "A fresh loaf seen from above on yellow cloth"),
           ("plates", "clay", "Soup plates on a brown table, ready for bread")),
    _offer("tomas", "Menu tasting for small restaurants", "310 USD", "food, consulting",
           "I eat everything, say what I think, and leave you four recipes.",
           ("plates", "slate", "A laid table from above with soup and small bowls"),
           ("plates", "rose", "Plates in rose and cream on a dusty pink cloth")),
    _offer("leila", "A logo and how to use it", "750 EUR", "design, logo, branding",
           "Three directions, one of them finished: files for print and screen and four pages of rules.",
           ("stationery", "sage", "A letterhead and cards with a simple mark"),
           ("stationery", "clay", "Business cards in terracotta and cream"),
           ("stationery", "night", "Stationery on deep blue paper")),
    _offer("leila", "Bilingual business cards", "190 EUR", "design, branding, print",
           "Arabic and Latin script that look like sisters. Two hundred cards on cotton paper.",
           ("stationery", "ocean", "Cards and a sheet with a mark in ocean blue"),
           ("stationery", "ochre", "Cards with a small bar mark on ochre paper")),
    _offer("leila", "Icon set, twenty-four signs", "420 EUR", "design, illustration",
           "One grid, one weight, any size. Delivered as SVG with a font.",
           ("pattern", "slate", "Geometric signs on a grid, slate and orange")),
    _offer("jonas", "Mastering for vinyl", "85 EUR", "music, audio, mastering",
           "One side of up to twenty minutes. I call you when something will not fit the groove.",
           ("record", "slate", "A record turning on a grey turntable, seen from above"),
           ("record", "ocean", "A turntable in blue light with an orange label")),
    _offer("jonas", "Cleaning your record collection", "60 EUR", "music, vinyl",
           "Fifty records, washed, dried and in new sleeves. Pick-up within Saxony.",
           ("record", "clay", "A clean record on a wooden player"),
           ("books", "slate", "Sleeves and books stacked on a sideboard")),
    _offer("priya", "Developmental edit of a novel", "1200 GBP", "writing, editing, books",
           "Up to 90,000 words: a letter of ten pages, a marked manuscript and two long calls.",
           ("books", "plum", "A stack of cloth-bound books in violet and rose"),
           ("books", "linen", "Books in pale cloth on a brown table")),
    _offer("priya", "Proofreading, per thousand words", "12 GBP", "writing, editing",
           "Commas, consistency and the sentence you always skip. British or Indian English.",
           ("stationery", "linen", "A sheet of text and two cards on linen paper"),
           ("books", "rose", "Four red and grey books, one on the other")),
    _offer("chloe", "Dinner by candlelight for twelve", "980 EUR", "events, food, flowers",
           "Table, candles, flowers and four courses. I wash up, too.",
           ("candles", "rose", "Candles on a dark table, warm lights behind them"),
           ("plates", "forest", "A table laid with cream plates on green linen"),
           ("candles", "ochre", "Tall candles in a golden evening room")),
    _offer("chloe", "Seasonal flowers, every fortnight", "65 EUR", "flowers, home",
           "What grows within thirty kilometres, arranged so that it lasts.",
           ("leaves", "forest", "Green branches and their shadows on a pale wall"),
           ("leaves", "rose", "Dried stems in dusty red")),
    _offer("samuel", "Architecture photography, one building", "1450 EUR", "photography, architecture",
           "Two visits at two times of day, fifteen finished pictures, verticals that are vertical.",
           ("arches", "dawn", "Arches and hard shadows on a salmon-coloured wall"),
           ("arches", "ocean", "A pale blue arcade with a single ball on the floor"),
           ("city", "dawn", "A skyline in evening haze, the first windows lit")),
    _offer("samuel", "City walk with a camera", "70 EUR", "photography, architecture, class",
           "Three hours for five people: lines, light and how to ask before you press the button.",
           ("city", "fjord", "Rows of houses fading into blue dusk"),
           ("city", "ochre", "A city under a yellow evening sky")),
    _offer("ines", "Aerial pictures of your coast", "390 EUR", "photography, drone, landscape",
           "An hour in the air, permits included, twenty pictures and a short film.",
           ("coast", "ocean", "A beach from above: sand, white foam, deepening blue"),
           ("coast", "sage", "Grey-green water meeting pale sand, from the air"),
           ("sea", "ocean", "Evening sun over small waves")),
    _offer("ines", "Linocut print: the sea, five colours", "45 EUR", "print, illustration, handmade",
           "Hand-pulled, 30 by 21 cm, edition of eighty. No two are quite alike.",
           ("sea", "dawn", "A violet sea under a warm sun"),
           ("coast", "plum", "A shoreline in violet and rose")),
    _offer("noah", "Planting plan for a shady garden", "340 NZD", "garden, design",
           "A drawing, a list with prices, and a visit in spring to see what the slugs left.",
           ("leaves", "sage", "Fern-like leaves and their soft shadows"),
           ("leaves", "night", "Blue-green stems against a pale wall"), draft=True),
    _offer("noah", "Desert garden, one consultation", "120 NZD", "garden, design, consulting",
           "Gravel, grasses and the courage to leave space.",
           ("dunes", "ochre", "Sand dunes with long shadows under a hazy sun"), draft=True),
)  # fmt: skip
