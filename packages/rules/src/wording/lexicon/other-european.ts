import type { Lexicon } from '../concepts.ts'

export const GREEK: Lexicon = {
  Override: `αγνόησε, αγνοήστε, αγνόησέ, ξέχασε, ξεχάστε, παράβλεψε, παρέκαμψε, μην ακολουθείς, μην ακολουθήσεις`,
  Earlier: `προηγούμεν*, παραπάνω, αρχικ*, μέχρι τώρα`,
  Scope: `όλες, όλα, όλους, όλων, κάθε`,
  Instructions: `οδηγί*, κατευθύνσεις`,
  Directions: `εντολ*, κανόν*, εργασί*, μηνύματα`,
  HiddenPrompt: `προτροπή συστήματος, οδηγίες συστήματος, τις οδηγίες σου, τις οδηγίες σας, μήνυμα συστήματος,
    οδηγίες του συστήματος`,
  You: `σου, σας, εσύ, είσαι`,
  Reveal: `δείξε, δείξτε, αποκάλυψε, αποκαλύψτε, εμφάνισε, εμφανίστε, επανάλαβε, πες μου, εκτύπωσε`,
  NewTask: `νέα εργασία, νέες οδηγίες`,
  Persona: `τώρα είσαι, από τώρα είσαι, προσποιήσου, κάνε ότι είσαι`,
  Unrestricted: `χωρίς περιορισμούς, χωρίς κανέναν περιορισμό, χωρίς όρια, χωρίς φίλτρα, χωρίς λογοκρισία`,
  Refuse: `αρνείσαι, αρνηθείς, άρνηση`,
}

export const HUNGARIAN: Lexicon = {
  Override: `hagyd figyelmen kívül, hagyja figyelmen kívül, hagyd figyelmen kivul, felejtsd el, felejts el,
    felejtse el, ne vedd figyelembe, ne kövesd`,
  Earlier: `korábbi, korabbi, előző, elozo, fenti, eredeti, eddigi`,
  Scope: `összes, osszes, minden, valamennyi`,
  Instructions: `utasítás*, utasitas*, instrukció*, irányelv*`,
  Directions: `szabály*, parancs*, feladat*, üzenet*`,
  HiddenPrompt: `rendszerprompt*, rendszerutasítás*, rendszerüzenet*, utasításaid*, az utasításaidat`,
  You: `te, neked, vagy`,
  Reveal: `mutasd, mutassa, írd ki, ismételd, áruld el, fedd fel, mondd el`,
  NewTask: `új feladat*, új utasítás*`,
  Persona: `mostantól te, te most, tegyél úgy, viselkedj úgy`,
  Unrestricted: `korlátozások nélkül, korlátok nélkül, szűrők nélkül, cenzúra nélkül, korlátlan`,
  Refuse: `utasíts vissza, visszautasít*, megtagad*`,
}

export const FINNISH: Lexicon = {
  Override: `ohita, unohda, jätä huomiotta, älä välitä, sivuuta, älä noudata`,
  Earlier: `aiemmat, edelliset, aikaisemmat, yllä olevat, alkuperäiset, aiempia`,
  Scope: `kaikki, kaikkia, jokainen`,
  Instructions: `ohjeet, ohjeita, ohjeesi, ohjeistukset, määräykset`,
  Directions: `säännöt, käskyt, tehtävät, viestit`,
  HiddenPrompt: `järjestelmäkehot*, järjestelmäohje*, ohjeesi, alkuperäiset ohjeesi`,
  You: `sinun, sinä, olet`,
  Reveal: `näytä, paljasta, tulosta, toista, kerro`,
  NewTask: `uusi tehtävä, uudet ohjeet`,
  Persona: `olet nyt, tästä lähtien olet, esitä olevasi, teeskentele`,
  Unrestricted: `ilman rajoituksia, ilman sääntöjä, ilman suodattimia, rajoittamaton`,
  Refuse: `kieltäydy, kieltäytyä`,
}
