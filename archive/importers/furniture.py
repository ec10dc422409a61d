"""The furniture of pages: what sites print round every article, by the words that it is made of.

A line is furniture if all of it is one of these phrases, or begins with one that nothing else begins with. Written by
hand from what outlets of many kinds print, in English, German, French, Spanish, Italian, Portuguese and Russian; no
phrase is one site's own. Other languages are known by shape only (`archive.importers.boilerplate`).

In the table `#` is a number, a phrase that ends in `…` may be followed by up to a dozen words, one that ends in `:` is
a label with up to a dozen words, or none, behind it (of a picture: none). Signs and case make no difference.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.importers.lines import ends_sentence

_TABLE = """
navigation = home; # min read; # minute read; # minutes read; # mins read; to revisit this article …; watch live
navigation = main menu; menu; close menu; open menu; toggle navigation; toggle menu; navigation; site map; sitemap
navigation = search; search for; search site; search this site; search form; log in; login; log out; logout; sign in
navigation = sign in register; my account; register; create account; skip to content; skip to main content; watch now
navigation = skip to navigation; skip to search; jump to navigation; jump to content; skip to …; jump to …
navigation = site index; back to top; top; go to top; scroll to top; return to top; back; next; previous
navigation = next article; home page; previous article; previous post; next post; older posts; newer posts; close
navigation = show more; load more; homepage; see more; more news; view all; see all; all rss feeds; rss; rss feed
navigation = site search; live tv; edition; you are here; you are here:; advanced search; view comments
navigation = go to comments; go to content; customer service; startseite; zum inhalt springen
navigation = zum hauptinhalt springen; zur navigation springen; zum seitenanfang; suche; nach oben; anmelden
navigation = abmelden; einloggen; menü; menü öffnen; menü schließen; sie sind hier; sie sind hier:; accueil
navigation = aller au contenu; aller au contenu principal; aller au menu; haut de page; retour en haut; rechercher
navigation = se connecter; connexion; plan du site; vous êtes ici:; retour à l'accueil; recherche; ir al contenido
navigation = saltar al contenido; iniciar sesión; buscar; mapa del sitio; volver arriba; mapa web; vai al contenuto
navigation = salta al contenuto; cerca; accedi; torna su; ir para o conteúdo; pesquisar; mapa do site; главная; меню
navigation = поиск; поиск по сайту; войти; вход; наверх; карта сайта; перейти к содержанию; на главную; loading
navigation = cancel; settings; sections; suchen; suche nach; suche nach:; abbrechen; springe zum inhalt
share = share; share this; share this article; share this story; share this post; share this page; share this:
share = share via; share on …; share with …; share via …; share to …; share it; share now; share:; shares; # shares
share = # share; tweet; share link; copy link; copy url; link copied; copied; retweet; pin it; like this; like this:
share = like loading; repost; facebook; twitter; whatsapp; linkedin; pinterest; reddit; telegram; messenger; tumblr
share = viber; flipboard; vkontakte; print; print this; print article; print this article; print friendly
share = print friendly pdf email; print version; pdf; print page; print this page; printer friendly
share = printer friendly version; printable version; save as pdf; save; email; email this; email this article
share = email article; email a friend; send to a friend; e mail; mail; bookmark; email this page; email this story
share = send by email; tell a friend; add to favorites; listen to this article; click to share on …; click to share …
share = click to print …; click to email …; opens in new window; text size; text size:; font size; font size:
share = increase font size; decrease font size; a a a; spread the word; spread the love; teilen; drucken
share = artikel teilen; artikel drucken; auf facebook teilen; auf twitter teilen; per mail versenden
share = teilen sie dies mit; teilen mit:; teilen sie dies mit:; gefällt mir; gefällt mir:; versenden; merken
share = vorlesen; partager; imprimer; envoyer; partager sur …; partager l'article; partager cet article; partager:
share = partager via; envoyer par email; envoyer par mail; partager sur facebook; partager sur twitter
share = copier le lien; compartir; compartir:; compartir en …; compartir esta noticia; imprimir; compártelo; comparte
share = enviar por correo; condividi; condividi:; condividi su …; stampa; invia per email; compartilhar; compartilhe
share = compartilhe:; partilhar; compartilhar no …; compartilhar em …; поделиться; поделиться:; поделитесь …
share = поделиться в …; распечатать; версия для печати; отправить по почте; скопировать ссылку
follow = follow us; follow us on …; follow us:; follow us at …; follow us in …; follow on …; follow @ …
follow = follow us @ …; like us on …; find us on …; join us on …; connect with us; connect with us on …
follow = stay connected; follow; follow the author on …; like our facebook page …; join our telegram …
follow = join our whatsapp …; get our app; download our app …; download the app …; subscribe to our channel …
follow = subscribe to our youtube …; our apps; folgen sie uns; folgen sie uns auf …; folgen sie uns bei …
follow = suivez nous; suivez nous sur …; síguenos en …; síguenos; siga nos no …; siga nos; seguici su …; seguici
follow = подписывайтесь на …; подписаться на …; мы в соцсетях
subscribe = subscribe; subscribe now; subscribe today; subscribe to …; newsletter; newsletters; newsletter signup
subscribe = sign up for …; sign up to …; sign up; sign up now; get our newsletter …; get the newsletter …
subscribe = email address; get breaking news …; enter your email …; your email address; join our mailing list …
subscribe = join our newsletter …; already a subscriber …; already a member …; already have an account …
subscribe = become a subscriber …; subscriber login; become a member …; support our journalism …
subscribe = to continue reading …; continue reading with …; subscribe for …; this article is for subscribers …
subscribe = this content is for subscribers …; log in to continue …; donate; donate now; please subscribe …
subscribe = start your free trial …; get unlimited access …; you have # free articles …; see offers
subscribe = newsletter abonnieren …; jetzt abonnieren …; abonnieren; abonnieren sie …; melden sie sich für unseren …
subscribe = s'abonner; s'inscrire; abonnez vous …; inscrivez vous …; recevez notre newsletter …; je m'abonne
subscribe = suscríbete …; suscríbase …; suscribirse; boletín; recibe nuestro boletín …; iscriviti alla newsletter …
subscribe = iscriviti; abbonati …; assine …; assine já; inscreva se …; подписаться; подпишитесь на …; подписка
comments = schreibe eine antwort; schreiben sie eine antwort; leave a reply cancel reply
comments = kommentar verfassen antwort abbrechen; gib hier deinen kommentar ein; comments; comment; # comments
comments = # comment; no comments; no comments yet; comments are closed; comments:; add comment; add a comment
comments = add your comment; add new comment; post comment; post a comment; post your comment; leave a comment
comments = leave a comment …; leave comment; leave a reply; leave a reply …; leave your comment; reply; your comment
comments = your comments; write a comment; write a comment …; submit comment; submit a comment; comment now
comments = comment on this article; comment on this story; join the conversation …; join the discussion …
comments = be the first to …; you are replying to …; you are replying to; cancel reply
comments = your email address will not be published …; required fields are marked …; you must be logged in …
comments = please log in to comment …; log in to leave a comment …; login to comment; log in to comment
comments = comments closed; view # comments; read # comments; show comments; view all comments; notify me of …
comments = save my name email …; this site uses akismet …; learn how your comment data …; report abuse
comments = comments are moderated …; kommentare; kommentar; kommentieren; kommentar schreiben; kommentar hinterlassen
comments = schreiben sie einen kommentar …; schreibe einen kommentar …; kommentar verfassen; antworten; # kommentare
comments = # kommentar; antwort abbrechen; deine e mail adresse wird nicht …; ihre e mail adresse wird nicht …
comments = kommentar hinzufügen; kommentar abschicken; derzeit noch keine kommentare; keine kommentare; commentaires
comments = commentaire; # commentaires; # commentaire; laisser un commentaire; laissez un commentaire
comments = ajouter un commentaire; commenter; votre adresse e mail ne sera …; annuler la réponse; réagir
comments = aucun commentaire; comentarios; # comentarios; comentar; deja un comentario; deja una respuesta
comments = dejar un comentario; deje un comentario; tu dirección de correo electrónico no será …; cancelar respuesta
comments = escribe un comentario; commenti; # commenti; lascia un commento; aggiungi un commento; commenta
comments = comentários; # comentários; deixe um comentário; deixe uma resposta; o seu endereço de e mail não será …
comments = комментарии; комментировать; оставить комментарий; добавить комментарий; # комментариев; # комментария
comments = написать комментарий; ваш комментарий; обсудить
related = ähnliche beiträge; related; related articles; related article; related news; related stories; related story
related = related posts; related content; related topics; related links; related items; related coverage
related = related reading; related:; related article:; related story:; related stories:; related articles:
related = related news:; related topics:; most read; most popular; most viewed; most commented; most shared
related = most emailed; most visited; most visited in …; most read in …; most watched; most popular in …
related = most viewed in …; popular; popular posts; popular stories; popular news; trending; trending now
related = trending news; trending stories; top news; top stories; top story; latest news; latest; latest stories
related = latest headlines; latest articles; latest posts; latest videos; recent posts; recent articles; recent news
related = recent stories; recent comments; recommended; recommended for you; recommended stories
related = recommended articles; you may also like; you may like; you might also like; you may also like …
related = you may also be interested in …; you might be interested in …; more from …; more on this story
related = more on this topic; more on this; more stories; more articles; more like this; more top stories
related = more headlines; more coverage; more to read; also read; also read:; read also; read also:; also see:
related = see also:; read more; read more:; read next; read next:; read the full story; read full article
related = read full story; read the full article; continue reading; keep reading; continue reading …
related = what to read next; up next; don't miss; don't miss:; in case you missed it; must read; must reads
related = editor's picks; editors' picks; editors' choice; editor's choice; from the web; around the web
related = sponsored content; sponsored stories; promoted stories; promoted content; promoted; in this section
related = suggested; other news; other stories; other articles; in other news; featured; featured stories
related = featured news; archives; categories; what others are reading; readers also read; people also read
related = recommended reading; watch also:; mehr zum thema; mehr zum thema:; lesen sie auch; lesen sie auch:
related = lesen sie hier …; das könnte sie auch interessieren; das könnte dich auch interessieren; weitere artikel
related = weitere meldungen; meistgelesen; meistgelesene artikel; verwandte artikel; ähnliche artikel; zum thema
related = auch interessant; auch interessant:; weiterlesen; mehr lesen; neueste beiträge; neueste kommentare
related = aktuelle beiträge; kategorien; à lire aussi; à lire aussi:; lire aussi; lire aussi:; lire également:
related = à lire également; sur le même sujet; articles similaires; articles liés; les plus lus; les plus lues
related = les plus partagés; voir aussi; voir aussi:; en savoir plus; lire la suite; dans la même rubrique
related = articles récents; sur le même thème; à voir aussi; à voir aussi:; te puede interesar; te puede interesar:
related = le puede interesar; también te puede interesar; lee también; lee también:; lea también; lea también:
related = leer más; noticias relacionadas; artículos relacionados; lo más leído; lo más visto; más noticias
related = más información; más leídas; más leídos; ver también; ver más; ver también:; últimas noticias; leggi anche
related = leggi anche:; leggi tutto; potrebbe interessarti; potrebbe interessarti anche; articoli correlati
related = i più letti; ultime notizie; leia também; leia também:; leia mais; leia mais:; veja também; veja também:
related = saiba mais; saiba mais:; notícias relacionadas; mais lidas; últimas notícias; читайте также; читайте также:
related = читать также; читать также:; по теме; новости по теме; материалы по теме; популярное; самое читаемое
related = смотрите также; смотрите также:; ещё по теме; другие новости; последние новости; читать далее; подробнее
related = главные новости
advertisement = advertisement; advertisements; advertising; ad; sponsored; sponsored by
advertisement = story continues below advertisement; story continues below; story continues below …
advertisement = article continues below …; article continues after …; advertisement continue reading …
advertisement = advertise with us; advertise; scroll to continue …; paid content; ad feedback
advertisement = continue reading below …; skip advertisement; this ad will end in …; ad choices; adchoices
advertisement = report this ad; anzeige; werbung; publicité; publicidad; pubblicità; publicidade; реклама
advertisement = на правах рекламы; annonce
imprint = all rights reserved; all rights reserved …; terms of use; terms of service; terms and conditions
imprint = privacy policy; privacy; privacy notice; privacy statement; privacy center; cookie policy; cookies policy
imprint = legal notice; disclaimer; terms; do not sell my …; your privacy choices; your ad choices; accessibility
imprint = accessibility statement; contact us; contact; about us; about; careers; jobs; editorial policy
imprint = code of ethics; corrections policy; faq; permissions; reprints; rights and permissions
imprint = reprints and permissions; powered by …; designed by …; website by …; proudly powered by …; help
imprint = help center; feedback; site feedback; content may not be …; this material may not be …; no part of this …
imprint = reproduction without …; impressum; datenschutz; datenschutzerklärung; agb; kontakt; über uns
imprint = alle rechte vorbehalten; alle rechte vorbehalten …; nutzungsbedingungen; mediadaten; barrierefreiheit
imprint = tous droits réservés; tous droits réservés …; mentions légales; contactez nous; qui sommes nous
imprint = conditions générales; politique de confidentialité; nous contacter; conditions d'utilisation
imprint = todos los derechos reservados; todos los derechos reservados …; aviso legal; política de privacidad
imprint = política de cookies; contacto; quiénes somos; términos y condiciones; términos de uso
imprint = queda prohibida la reproducción …; prohibida su reproducción …; prohibida la reproducción …
imprint = tutti i diritti riservati; tutti i diritti riservati …; riproduzione riservata; chi siamo; contatti
imprint = privacy e cookie; todos os direitos reservados; todos os direitos reservados …; fale conosco; quem somos
imprint = termos de uso; política de privacidade; expediente; все права защищены; все права защищены …; о проекте
imprint = о нас; контакты; при использовании материалов …; при перепечатке …; политика конфиденциальности
imprint = перепечатка …; пользовательское соглашение; any reproduction …; unauthorized reproduction …
cookies = we use cookies …; this website uses cookies …; this site uses cookies …; our website uses cookies …
cookies = cookies; by continuing to use …; by continuing to browse …; by using this site …; by using this website …
cookies = cookie settings; accept cookies; accept all; accept all cookies; reject all; manage cookies
cookies = cookie preferences; manage preferences; manage consent; i agree; got it; this website uses cookies
cookies = please enable javascript …; javascript is disabled …; you need to enable javascript …
cookies = your browser does not support …; your browser is out of date …; cookie consent; we and our partners …
cookies = diese website verwendet cookies …; wir verwenden cookies …; alle akzeptieren; cookie einstellungen
cookies = nous utilisons des cookies …; ce site utilise des cookies …; tout accepter; utilizamos cookies …
cookies = este sitio utiliza cookies …; este sitio web utiliza cookies …; aceptar; aceptar todo
cookies = questo sito utilizza …; este site utiliza cookies …; сайт использует …; мы используем …
cookies = продолжая использовать …
tags = tags:; tag:; tagged; tagged:; filed under:; filed under; filed in:; tags; topics:; topics; keywords:
tags = posted in …; in this story; in this article:; categories:; category:; schlagworte:; schlagwörter:; schlagworte
tags = kategorie:; themen:; themen; mots clés:; étiquettes:; thèmes:; etiquetas:; etiquetas; temas:; temas
tags = palabras clave:; argomenti:; assuntos:; теги:; метки:
photo = enlarge image; enlarge this image; view gallery; photo gallery; hide caption; toggle caption; enlarge
photo-label = source of the photo:; photo source:; image source:; photo credit:; photo credits:; image credit:
photo-label = image credits:; file photo:; picture credit:; photo:; foto:; fotos:; bild:; bildquelle:; bildnachweis:
photo-label = crédit photo:; crédits photo:; фото:; источник фото:; imagen:
source-link = original news:; original news; original article:; original article; original source:; view original …
source-link = original:; read the original …; read original …; link to original …; source article:; view source
source-link = quelle original:
end-mark = end; ends; the end; ende; fin; fine; конец; end of text; enditem; endit; item ends; more to come
"""

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*|[@]")
_MOST_WORDS_BEHIND = 12
# What begins like these may be a sentence. What begins with "Read more about" and is one is the article's.
_SENTENCES = frozenset({"cookies", "subscribe", "comments", "follow", "imprint"})
# With a colon these introduce what follows, others do it of the article: "Contact:", "Help:".
_WITH_COLON = frozenset({"share", "follow", "related", "comments", "tags", "source-link"})
LONGEST = 300
"""Characters of a line at the most that may be furniture."""
_LONGEST_ITEM = 40
_LONGEST_NOTICE = 140
_LONGEST_INSIDE = 80

_COPYRIGHT = re.compile(
    r"\W{0,3}(?:(?:©|&copy;)\W*\S|\(c\)\W*(?:19|20)\d\d|copyright\b\W*(?:©|\(c\)|(?:19|20)\d\d|by\b|all rights))"
    r"|.{0,200}\b(?P<right>all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados|все права защищены)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(?:#\s*){2,4}|-\s*30\s*-|(?:\*\s*){3,}|\W*\b(?:ENDS?|ENDE|FIN|FINE)\b\W*")

# Words that bars of links consist of. Two kinds, as "print" among sections is a section.
_SHARE_LIST = """
share tweet like print email mail e facebook twitter x whatsapp linkedin pinterest reddit telegram messenger tumblr
instagram youtube google plus pdf friendly version save copy link url more on via to by this article send comments #
flipboard pocket viber vk skype sms rss follow post bookmark pin it digg stumbleupon threads bluesky mastodon tiktok
"""
_SHARE = frozenset(_SHARE_LIST.split())
_NETWORKS = frozenset(
    {"facebook", "twitter", "whatsapp", "linkedin", "pinterest", "telegram", "email", "print", "share"}
)
_MENU_LIST = """
home news world politics business economy sport sports culture opinion opinions tech technology science health
lifestyle life entertainment video videos photos photo gallery weather travel markets money education environment
local national international society arts music movies books food fashion style magazine podcasts podcast blogs
columns editorial editorials features archive archives jobs classifieds obituaries contact about us subscribe
login log in sign register search menu more live tv radio events shop donate help rss newsletter newsletters
latest top africa asia europe americas middle east uk u s k nation region metro city crime football soccer cricket
basketball tennis autos cars real estate advertise sitemap store startseite nachrichten politik wirtschaft kultur
wissen gesundheit reise meinung panorama regional accueil politique économie société monde santé sciences inicio
portada política economía deportes cultura sociedad opinión mundo internacional главная новости политика экономика
общество спорт культура мир наука в english deutsch français español italiano русский português nederlands polski
türkçe svenska 日本語 한국어 中文 العربية community settings sections faq edition editions climate theater archiv blog
website forum forums tools internet auto people family wellness investigations newspaper epaper e paper regions
states elections election war
"""
_MENU = frozenset(_MENU_LIST.split())

_Pattern = tuple[str, ...]
_EXACT: dict[_Pattern, str] = {}
_LABELS: dict[_Pattern, str] = {}
_OPEN: dict[str, list[tuple[_Pattern, str]]] = {}
_NONE: frozenset[str] = frozenset()


def _tokens(text: str) -> _Pattern:
    return tuple("#" if word[0].isdigit() else word for word in _TOKEN.findall(text.casefold().replace("’", "'")))


def _read_table() -> None:
    for line in _TABLE.strip().splitlines():
        rule, _, phrases = line.partition(" = ")
        for phrase in phrases.split(";"):
            words = tuple(phrase.strip(" :…").split())
            if phrase.endswith(":"):
                _LABELS[words] = rule
            elif phrase.endswith("…"):
                _OPEN.setdefault(words[0], []).append((words, rule))
            else:
                _EXACT[words] = rule


_read_table()
# Which words may follow on a first one: those of phrases, "" where one ends there, a number, those of bars. None where
# any may.
_NEXT: dict[str, set[str] | None] = {}


def _read_beginnings() -> None:
    for words in (*_EXACT, *(words for opened in _OPEN.values() for words, _ in opened)):
        following = _NEXT.setdefault(words[0], set())
        if following is not None:
            following.update(words[1:2] or ("", "#"))
    for first in [
        *(words[0] for words in _LABELS),
        *(first for first, opened in _OPEN.items() for words, _ in opened if len(words) == 1),
    ]:
        _NEXT[first] = None
    for bar in (_SHARE, _MENU):
        for first in bar:
            following = _NEXT.setdefault(first, set())
            if following is not None:
                following.update(bar)


_read_beginnings()


def _may_be(line: str) -> bool:
    """Tell whether a line begins like a phrase of the table or a bar: of most lines the first two words tell."""
    first = _TOKEN.search(line)
    if first is None:
        return False
    known = _NEXT.get(_folded(first[0]), _NONE)
    # Of ASCII, to the sign behind the word, folding makes no other word.
    if known is _NONE and line[: first.end() + 1].isascii():
        return False
    second = _TOKEN.search(line, first.end())
    following = "" if second is None else second[0]
    if not (first[0].isascii() and following.isascii()):
        # Folding may make other words of these.
        return True
    return known is None or _folded(following) in known


def _folded(word: str) -> str:
    return "#" if word[:1].isdigit() else word.lower()


def _may_be_owned(line: str) -> bool:
    """Tell whether a line has a word of a copyright notice: that is found in a tenth of the time of the whole rule."""
    if not line.isascii():
        return True
    folded = line.lower()
    # Written out: this is done for every line, and a loop takes four times as long.
    return "copy" in folded or "(c)" in folded or "reserv" in folded or "riservati" in folded or "vorbehalten" in folded


def rule_of(line: str) -> str | None:
    """Return the rule by which a line is furniture, such as `share` or `comments`; None where it is not known to be.

    A line may be furniture though it is a sentence: a cookie notice is. Costs some microseconds.
    """
    return _rule_of(line) if len(line) <= LONGEST else None


# Of a short text, both ends are the same lines.
@lru_cache(maxsize=256)
def _rule_of(line: str) -> str | None:
    if (not line[:1].isalpha() or line[0] in "EF") and _MARKS.fullmatch(line):
        return "end-mark"
    if _may_be(line):
        words = _tokens(line)
        if rule := _phrase(line, words) or _bar(words):
            return rule
    if not _may_be_owned(line):
        return None
    owned = _COPYRIGHT.match(line)
    return "copyright" if owned is not None and (owned["right"] or len(line) <= _LONGEST_NOTICE) else None


def rule_inside(line: str) -> str | None:
    """Return the rule by which a line is furniture wherever it stands, None where it may be a subheading.

    So `Share this article` is, and `Help` is not.
    """
    if len(line) > _LONGEST_INSIDE:
        return None
    if not _may_be(line):
        return None
    words = _tokens(line)
    rule = _phrase(line, words)
    return rule if len(words) > 1 or rule == "advertisement" else None


def _phrase(line: str, words: _Pattern) -> str | None:
    """Return the rule of a line that is one of the table's phrases."""
    if not words:
        return None
    rule = _EXACT.get(words) or (_EXACT.get(words[:-1]) if words[-1] == "#" else None)
    if rule is not None and (":" not in line or rule in _WITH_COLON):
        return rule
    for pattern, opened in _OPEN.get(words[0], ()):
        if words[: len(pattern)] == pattern and len(words) <= len(pattern) + _MOST_WORDS_BEHIND:
            return opened if opened in _SENTENCES or not ends_sentence(line) else None
    label, colon, behind = line.partition(":")
    labelled = _LABELS.get(_tokens(label)) if colon else None
    # Who took a picture is worth finding; the label alone is not.
    most = 0 if labelled == "photo-label" else _MOST_WORDS_BEHIND
    return labelled if labelled is not None and len(behind.split()) <= most else None


def _bar(words: _Pattern) -> str | None:
    """Return the rule of a line that is a bar of links: all of its words are what such bars consist of."""
    if len(words) >= 2 and _SHARE.issuperset(words) and not _NETWORKS.isdisjoint(words):
        return "share"
    return "navigation" if len(words) >= 4 and _MENU.issuperset(words) else None


def is_menu_item(line: str) -> bool:
    """Tell whether a line names a section or a page of a site, such as `World`, and so may stand in a menu."""
    words = _tokens(line) if len(line) <= _LONGEST_ITEM else ()
    return 0 < len(words) <= 4 and _MENU.issuperset(words)


def is_empty_label(line: str) -> bool:
    """Tell whether a line is a label that should have something behind it and has not."""
    return line.endswith(":") and _LABELS.get(_tokens(line)) is not None
