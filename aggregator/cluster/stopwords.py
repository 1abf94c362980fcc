"""Words that tell nothing about a story, by language: function words, times, and the verbs of reporting.

Own short lists: running document frequencies find the rest. Words are lower case, without accents (`stems.plain`).
"""

from __future__ import annotations

_LISTS = {
    "en": """
        a about after again against all also am an and any are as at be because been before being below between both
        but by can could did do does doing down during each few for from further had has have having he her here
        hers herself him himself his how i if in into is it its itself just me more most my no nor not now of off on
        once only or other our out over own same she should so some such than that the their theirs them then there
        these they this those through to too under until up very was we were what when where which while who whom
        why will with would you your may might must shall upon among within without around amid since via per vs
        like including new one two first last many much well still even ever back get got make made take go going
        come way us said say says saying told tell tells report reports reported reporting according added news
        article read today yesterday tomorrow day days week weeks month months year years hour hours time times
        morning afternoon evening night ago earlier later late early monday tuesday wednesday thursday friday
        saturday sunday mon tue wed thu fri sat sun january february march april june july august september october
        november december jan feb mar apr jun jul aug sep sept oct nov dec don doesn didn isn wasn weren hasn haven
        hadn won wouldn couldn shouldn ll ve re mr mrs ms dr pm""",
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit
        dann das dass dem den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein
        eine einem einen einer eines einige er es etwa etwas euch fur gegen gab gibt hab habe haben hat hatte hatten
        hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja jede jedem jeden jeder jedes kann kein keine
        keinen konnen konnte machen man mehr mein mich mir mit muss nach nicht nichts noch nun nur ob oder ohne sehr
        sein seine seinem seinen seiner seit sich sie sind so soll sollen sollte sowie uber um und uns unser unter
        viel viele vom von vor war waren was weil weiter welche wenn wer werde werden wie wieder will wir wird wo
        worden wurde wurden zu zum zur zwar zwei zwischen neue neuen neuer sagte sagt sagten berichtet berichtete
        berichten laut teilte mit hiess heisst heute gestern morgen tag tage tagen woche wochen monat monate jahr
        jahre jahren uhr zeit montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar marz april
        mai juni juli august september oktober november dezember""",
    "fr": """
        a afin ai ainsi alors apres au aucun aussi autre autres aux avaient avait avant avec avoir c car ce cela
        celle celui ces cet cette ceux chez comme contre d dans de depuis des deux deja dont du elle elles en encore
        entre est et etaient etait ete etre eu eux fait faire fois font hors il ils j je jusqu l la le les leur
        leurs lors lui m ma mais me meme moins mon n ne ni nos notre nous on ont ou par parce pas peu peut plus pour
        pourquoi pres qu quand que quel quelle qui quoi s sa sans se sera ses si soit son sont sous sur t ta tandis
        tant tout toute toutes tous tres trois un une vers vont vos votre vous y nouveau nouvelle dit declare
        affirme annonce selon rapporte indique explique aujourd hui hier demain jour jours semaine semaines mois an
        ans annee annees heure heures temps lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars
        avril mai juin juillet aout septembre octobre novembre decembre""",
    "es": """
        a al algo ante antes aqui asi aun aunque cada como con contra cual cuando de del desde donde dos durante e
        el ella ellos en entre era eran es esa ese eso esta estaba estan estar estas este esto estos fue fueron gran
        ha han hasta hay he la las le les lo los mas me mi mientras mismo muy nada ni no nos o otra otras otro otros
        para pero poco por porque pues que quien se sea segun ser si sido sin sobre son su sus tambien tan tanto te
        tiene tienen toda todas todo todos tras tres tu un una unas uno unos y ya yo nuevo nueva dijo dice afirmo
        aseguro anuncio informo senalo explico segun noticias hoy ayer manana dia dias semana semanas mes meses ano
        anos hora horas tiempo lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo
        junio julio agosto septiembre octubre noviembre diciembre""",
    "it": """
        a ad agli ai al alla alle allo anche ancora avere aveva c che chi ci come con contro cosi cui da dal dalla
        dalle dallo degli dei del dell della delle dello di dopo dove due e ed era erano essere fa fra fino gia gli
        ha hanno ho i il in io l la le lei li lo loro lui ma mentre molto ne negli nei nel nell nella nelle nello no
        noi non nuova nuovo o ogni oltre ora per perche piu poi prima proprio qua quale quando quanto quella quelle
        quello questa queste questi questo qui quindi se secondo sempre senza si sia sono sta stata stati stato su
        sua sue sugli sui sul sull sulla sulle suo suoi tra tre tutta tutte tutti tutto un una uno verso vi detto ha
        dice spiega afferma annuncia riferisce riporta oggi ieri domani giorno giorni settimana settimane mese mesi
        anno anni ora ore tempo lunedi martedi mercoledi giovedi venerdi sabato domenica gennaio febbraio marzo
        aprile maggio giugno luglio agosto settembre ottobre novembre dicembre""",
    "pt": """
        a ainda antes ao aos apenas apos aquela aquele aqui as ate cada com como contra da das de dela dele deles
        depois desde desta deste do dois dos durante e ela elas ele eles em entre era eram essa esse esta estao
        estar estava este esta eu foi foram ha isso isto ja la lhe mais mas me mesmo meu minha muito na nao nas nem
        no nos nossa nosso num numa o onde os ou outra outro outros para pela pelas pelo pelos por porque quando que
        quem sao se sem ser sera seu seus so sobre sua suas tambem tem tambem teve ter toda todas todo todos tres
        tudo um uma umas uns voce novo nova disse diz afirmou afirma anunciou informou explicou segundo noticias
        hoje ontem amanha dia dias semana semanas mes meses ano anos hora horas tempo segunda terca quarta quinta
        sexta feira sabado domingo janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro
        dezembro""",
    "nl": """
        aan al alle als ook bij dan dat de deze die dit door een en er geen had hebben heeft het hij hun ik in is je
        kan maar meer met mijn na naar niet nog nu of om onder ons ook op over te tegen tot uit van veel voor was
        wat we wel werd wie wij worden wordt zal ze zei zich zij zijn zo zou volgens zegt gemeld vandaag gisteren
        morgen dag week maand jaar uur nieuwe maandag dinsdag woensdag donderdag vrijdag zaterdag zondag""",
    "pl": """
        a aby ale ani az bardzo bez bo by byc byl byla bylo byly co czy dla do gdy gdzie go i ich im in inne iz ja
        jak jako je jego jej jest jesli jeszcze juz kiedy ktora ktore ktorego ktory ktorych ktorzy lub ma maja mi
        miedzy mnie moze mu na nad nam nas nasz nie nim nich niz o od on ona one oni oraz po pod podczas przed przez
        przy sa sie sobie swoje ta tak takze tam te tego tej ten to tu tych tylko tym u w we wiec wszystko z za ze
        zostal zostala powiedzial poinformowal podal wedlug dodal przekazal dzis dzisiaj wczoraj jutro dzien dni
        tydzien miesiac rok roku lat lata godzina poniedzialek wtorek sroda czwartek piatek sobota niedziela
        stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia""",
    "ru": """
        а без более больше будет будут бы был была были было быть в вам вас весь во вот все всего всех вы где да
        даже для до его ее если есть еще же за здесь и из или им их к как какая какой ко когда которая которого
        которое которой которые который которых кто ли либо между меня мне много может можно мои мой мы на над надо
        нас наш не него нее нет ни них но ну о об один она они оно от очень по под после потому при про раз с сам
        свои своего своей свой себе себя со так также такой там те тем то того тоже той только том тот тут ты у уже
        чего чем через что чтобы эта эти этих это этого этой этом этот я два три новый новая новые сказал сказала
        сообщил сообщила сообщили сообщает сообщают заявил заявила заявили говорит рассказал рассказала отметил
        добавил пишет передает данным словам слова сообщению сегодня вчера завтра день дня дней неделя недели неделю
        месяц месяца месяцев год года году лет время часов час понедельник понедельника вторник вторника среда среду
        среды четверг четверга пятница пятницу пятницы суббота субботу субботы воскресенье воскресенья январь января
        февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа сентябрь сентября
        октябрь октября ноябрь ноября декабрь декабря""",
    "uk": """
        а або адже аж але би без був буде будуть була були було бути в вже ви від він вона вони воно все всі всіх де
        для до його йому з за зі із інших і й її им їх їхній ї та також там те ти тим того той тому тут у усі це цей
        ця ці цього цьому цією як яка яке який яких які якої якщо кого коли кто ким ли лише між мене мені ми може
        можна мій на над нам нас наш не нею неї немає ні них ніж но о об один одна по під після при про раз с сам
        своє свої свого своїй себе собі так така такий таких тільки то хто через чи що щоб щодо є ще два три новий
        нова нові сказав сказала повідомив повідомила повідомили повідомляє повідомляють заявив заявила заявили
        розповів розповіла зазначив додав пише передає даними словами сьогодні вчора завтра день дня днів тиждень
        тижня місяць місяця рік року році років час годин година понеділок понеділка вівторок вівторка середа середу
        середи четвер четверга пятниця пятницю пятниці субота суботу суботи неділя неділі неділю січень січня лютий
        лютого березень березня квітень квітня травень травня червень червня липень липня серпень серпня вересень
        вересня жовтень жовтня листопад листопада грудень грудня""",
    "tr": """
        acaba ama aslında az bazı belki ben bile bir biri birkac biz bu bunu bunun cok cunku da daha de defa diye
        eger en gibi gore hem hep hepsi her hic icin ile ilk ise iki kadar ki kim mi mu mi nasıl ne neden nerede o
        olan olarak oldu oldugu olup on ona onlar onu onun sanki sey siz sonra su sunu tum uc uzere var ve veya ya
        yani yeni yok soyledi dedi acıkladı belirtti bildirdi bugun dun yarın gun hafta ay yıl saat zaman pazartesi
        salı carsamba persembe cuma cumartesi pazar ocak subat mart nisan mayıs haziran temmuz agustos eylul ekim
        kasım aralık gazete gazetesi gazetenin gazeteye haber haberi haberine haberinde haberde habere
        bilgi veren yazdı aktardı konusan ifade etti etmek edildi eden ediyor ediliyor etmesi aldı alan verdi arasında
        yuzde ayrıca ancak ardından gore""",
    "ar": """
        في من على الى عن مع هذا هذه ذلك تلك التي الذي الذين ان انه انها او ام لا ما لم لن قد كان كانت كما كل بعد قبل
        بين حتى حيث خلال ثم عند عندما غير فيه فيها له لها هو هي هم هناك و ايضا اي اكثر اول ضد دون منذ نحو وقد وفي
        ومن وكان قال قالت وقال واضاف اعلن اعلنت بحسب وفقا ذكر ذكرت اليوم امس غدا يوم ايام اسبوع شهر عام سنة ساعة
        الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد""",
    "sl": """
        a ali ampak bi bil bila bili bilo bo bodo brez cez da do dva za zato ga glede h i in iz je jih jo k kaj kako
        kar ker ki ko koliko kot le lahko me med mi na nad naj ne ni niso njegov njen njih o ob od oziroma pa po pod
        poleg prav pred pri proti s sa se sem si smo so sta ste svoj ta tako tam te ti to tudi v ve vec vendar vse
        vsi z ze danes vceraj jutri dan dni teden mesec leto leta let nov nova novo""",
    "sv": """
        att av de dem den denna det dig din dock du efter eller en ett fran for ha hade han har hon hur i icke in
        inte jag kan man med men mot mycket nu nar och om pa sa sade sig sin sina ska skulle som till under upp ut
        var vara vi vid vad ar over enligt sager idag igar dag vecka manad ar nya""",
    "hu": """
        a az egy es hogy nem is ez azt ezt meg mar csak de ha volt van lesz lenne volna vagy mint aki ami amely amelyet
        kell lehet szerint utan elott alatt kozott mellett miatt ellen felett ota fog fogja azonban ugyanis mindig
        minden tobb meg ki be el fel le ide oda itt ott most ma tegnap holnap hetfo kedd szerda csutortok pentek szombat
        vasarnap januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december irta
        irja mondta elmondta tudja ugy ugyanakkor illetve pedig majd akar sem se""",
    "zh": """
        的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 自己 这 他 她 它 们 与 及 对
        为 于 等 从 以 将 被 他们 我们 记者 报道 表示 今天 昨天 今日 昨日 新闻 消息 据英 据美
        英媒 美媒 德媒 法媒 俄媒 日媒 外媒""",
    "ja": """
        の に は を た が で て と し れ さ ある いる も する から な こと として い や など なっ ない この その
        よう また もの です ます した して れる られ され いた って まし ました という について による ため から
        まで より ここ そこ それ これ""",
}
STOPWORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _LISTS.items()}
