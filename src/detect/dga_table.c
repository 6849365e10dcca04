/* dga_table.c - the built-in model, written by tools/train-dga from 99996 popular labels and lists of
 * 224270 generated ones. Not to be edited. */
#include "detect/dga_model.h"

/* clang-format off */
const struct dga_model dga_model_built_in = {
    .usual =
        "]srsqqqqqqnopsporkptspopkllnkmprulnokrimurtjtitsqsonkimkiwmmlviklvihtlkukgullthhfofkhwmmsqkhuqfeuloxkhsnlqhgdngh"
        "jvlnmxkklwhjllpvjdtolrjjinhkososslnmlmemusujpmptprsktkmjhwkmjrlgpwhdulmvjdvmkteijhdkjwllmwkkksggtnlwmcvnmsjjhihj"
        "jwllowjijugljkjxkjkpmtijfqiikoprqlnmlnhkouzosjpsrmljjfijkwmpntlikulllnmwoikpkvilikglmwllkukkovglqmqvldrpmtkngofl"
        "iwmkkvjkhyfhkjkwicknkthhfoffhxlnkwikgufhjljvlckpmrghiueikwnomyjmmtljjmjwmbjporjlkmjiinoqolqlmkipqrwlwctrqrpmlilk"
        "hwkmmthjrtgitjkvlawnlsihiidhnqkqojflpuhhnnnqlopnnznojmlojwlnlzjiltffhmjvmehmptifhjfjgtkrlujitsgpnqnttiklvsjoeoih"
        "jujmkvijwthhjmkukawllrnngldhsqoromolknioqqznshpuphkmgehhkukllwklhzdmllmvodmpmnilgjkliwlljxjkswfijkjvoeloloikilgj"
        "sppppqomrumiprppqhnqqpqivomqmwloltlllrjjjumxlhjoouhhkmklmvminwjmtunlnnnvmgkonrilmoolsnlppkknjkflinkhofkomihkmef|"
        "]tsuoqoroqgnpsqpsdouqujnhdimvppqqjmplqlnrqtksevvromkjjllvvpqktegjtggvghti`rulqggerbhrsgrnvdhurbxpigsihomunddenbf"
        "utnmpwllluhfnpntmdouonrkkmkkwonprimqmlnhtqsjm]wtpnmkrhhmrwgikwviiseipkhsh]slvobfghbltuikj{imktb_okpsh_roipeddh_i"
        "vvmmotmiktlgpnowgjrqltkkde]jvmlopjkmkkjmwoxlmdwrohjkljkktyhllujlnujojnkulhhpmsl^hkjqvvlikyjintdlnilql]nrqtdjbkdk"
        "wsoootlljtepvoiqobkrsmjkboghvvqnjyijjuehloiqsbkskneiehhhusktvrjtkrjvjjpoliirtmhhgolfxmqpqmqmpnoopqujqgotpojolpop"
        "tsilitkhpwbmpkiqydpqqldf]jcjxrqkko^bbrjjomkkkmkpqzak`maptsmstuknhsdtnqonmfoqwmjieogfuqkpjtihusdpjliopekvxogiapek"
        "tukqhwnirx^fnjgsk]pqrpiiahegukmrumloihdmrnsclfsuycicl`fgqvkljzihixejlklrnammllmahndluxmmiukmmr]qqkqqo]nwnhfklmfi"
        "yqmqiqlknxhhmpmro]lqppeips]nztopntnmmogipqopocktpnklfghmtwmlpvhdkwdkhiluldhkltfjfrrixppnoplokmjmjkm]kgmmjll]ggq{"
        "]uuvponnprjnpqprqjjvselm```prjqqogfmloemumzmkattqlcceplfvtnplthnlujkumjskmoqolnn]ufkxtqqtnnnpnhkroruphmpnnmmhjfq"
        "xtqqktnnhulhnnqrnhotnplhnnnnuujopriklnegtksij_xtugjhlnjjvtaqqrlkmumksokv`]qqlqp__kjsxvlrqrnjmnilsodrpitrlsii]a]l"
        "wx`plriopsiijilvp^jnntml]o]nrrrotnjtfiiqvmtsgkqrvk`ekgqdvrnpnynplrnlbqnsq_npnp`anlppyslnkpb`ltkknrdtp]ronpnr]fks"
        "ougihyac]w]efhgycciiduf``ncfvvdsmvimium]nmotn]moppisleipuuqsrvjqlslqlqnro]lqpromllpiqsmlojjkijemrksyj_sqssjmvogf"
        "vslqnqjqps]otqaso]uootjj]lipvrfsgocyfmocggooogovgufgdeespydhjveeax]ehabweahjio]galafzpmqnrijotiklmnpr]lmuoikilgm"
        "wqmslujorrjhllquhjtrnrmhhchorjmqqlnohsfktotdkavwshdfftpfvtqpnrra_x]_rnprplorplllnl^nxwnrntknpu]`kblso]kqqc^aknkr"
        "zqmtshmqeoommmmgnloqngdqnnmqxorponnookhiqmqnoeotylekhihkxrppnqpdsppmgpftr`mnnrbndsrtwotopklkhlmmknklkkmlomlllhkz"
        "]srvrpooormmpuppr]suqlmn]gjnthnoqhmjfnjjvtuir]xttkjf_dcevwnspromlrjgnkoukjstoogkjjgpysmsqviioqejpnmukenpopgghc]h"
        "plhifncaalgigh}lj]jkgh]gca]iypmopjljlmefsnvkpcsvojjkifdjwsosnplritk]tnisnkqpormnpmmqwwlp`riinrilqqnunitsqqilia]q"
        "wwkkiwihhwchlnpsk_pnnpdj_ibhswlnounmcjfhppvtpgppwimcc`ggwscqpsmqdrsmmmpvp`cqrqqooobeyqpomxmkmrf]pokopbnuonklfofl"
        "mvilivc__wcifcf{e]dhdtcbbi]dwvpsouimiskk]mltr]ltprlmikkgxsrsoulmnqnlmoptq]mpqoimlnffsmkmqikkgn]duwxqo]upnsojc`ed"
        "vukqmsgkork]tposq]uqosiin]]nvmdrmqaodnlaorofdmmqozqoolrmpxjkgyhdaug]hogwi]djksbhdraf{qoqjpmloofekljpqblorrhmffem"
        "xpiojpjkkxdeilivk_tskqljehdktnsmmqjhfnfjurpgqbyvsjhhbeeewskravknkwk_knkrq]pqrnkk]`^qvwqqnunkptn`colvd]qpookankka"
        "znmpfpemmqmpngmsq_spogemqrqpxowxmnlkkkjhqomnqfoqqnkj]jhoxrrqowlcmslofeqpdlcmqolllrsoyoopqkmkh]h^]mnkm]hnmkkmm]h{"
        "]truspppqpijnsnptinuspmni]iqvkloqjklltflqosmretrxlomgthiywkkgtgidqgksggvkdqlksdgdoilvvmotpkktoihulmwm]rmlo]ddj]n"
        "sslenvejkwieslttn]rqmnehmtekurmqnookijfjtrtsoewunkrkpefhvskqlpmnjueevklvj]tonsnlkl]oouikk|]iaqgioieojdqmmqdigidg"
        "swohnvnmjtlgpljwhooomul^gl]gpxlslqltefdikmttkestrlnaikgewwaqkqknqtacaonvkknqntkannnkzsmqlsnimum`omoqa]ornomi]oil"
        "uujmfxfhhxe]ilhtlhmnjnleesjkuxlqmvikjweheolvp]lplqkjkl]h|niikqjkokgdgfdmj]dxjjihjbbpujpumioqjkhmruuroesrqqmslfhf"
        "tvknpsljpr]fujlvj]wmlqiifffkwrfigfnffroogsqiooooqyfooeeoqxilixjiiwgghlewkbekmrgggo]]{qnqkskjpm`klpjqrilntoimdmfk"
        "utknnwjjttf]imkun]vn`rqkjiilvoqwmpkmhmgnspupqgsvqcecjghhtwkjqxgngx]gkk^qo]rpjj]kj]]mrykkkw]kqx]]_ljtm]kmggjgjjkg"
        "znprokqqkp_joqoksmaooeojqpjryrqrmqkmjkljnpwopfptpifokilnysknntanlsnbknkwr]brkq_ooplkxpkpollnhjlklpmlljlpnjlhhj]{"
        "]trurrrqpremqrposhovqonnhigmqdiptfkmhjbpvuscrcwtuqlha]gdvwlnlukjlsfhrnkvm`ssmrifcnclrsglopedxpbqpfkvgapjxsacchbe"
        "wroooskskybgmnmqmcnqlrhlckegvmnoukmlkhhstouitftrufljljmjtvhkhurjjv]hrihwl]snou]jek]jqx]igxhojudaomlth]umksejanaf"
        "rvjknved]tdjkkkyeoqlnudjgm]gtmoqsjmrkbmlssxookouthhjjkngswhmmt_hkvhikmixihkriv]^^kh`xvnmktihptdkqkqsl]ostmhj]kfh"
        "vsmoqvnkjuckwnksp_ksplkiamejtwqlkwgfgucekmivsgirhocddpghuqlstskrjqhkkjoom`jtymljfhjhxnnooisnlkhlpnwkudruoonmebgl"
        "svklltjlqtecuhjwncuprrggeg`esolmilia`r_illaoaaojl|`iiiloyroqmqooksdjnoqqo`nvrksjdogjzpkqlrjgqqdnklippchvwngj`icj"
        "xtnpksmkqsgilnlqmbttrnmremilujmnmmlm]jfnnttdsfyusdkgo]gkuuilfzfidxb]hkkum]nokkggbjfhuulmlvkkntafkjhsnanzmhhickgi"
        "xtkskoilksceklmpw`hmvoigon]kysrrmunknnfiopnto]ntpmgo]gijvumomwnkotglomotngmmqnoggqrkynnnqlmjehhjllkhm]llkkeljle{"
        "]sovpsorosdlmrplqlowqpfqlncqtfqukhshjqdlqsvgriuvomlglihgvwmrmr^jjrmjojmumjrspqjjmdjrwurrvppmro]ftmkun]nnlo]mh_]n"
        "xustktpmjqj_pmorqjqsmoja]b]owomrsuiefpggrothmbwsshkkki]mvsnnjwkhjyddpohrk]mqimdiknhkwvmqospksmk^oknub]vncpmokc]m"
        "{qmomr]hhohhoimtikbrookphkhmrmnumskpddehwkxhhfvrsbm_obiduspqnrnnnrdpnnnsgpnuntmnsnnpxufqdudnntnesfnse]nsnqnp^q_p"
        "pwilhu]bbw]]aiexi]bjgtiekv]exwqqit^olqlinmmuq]_qqqinillmwtxnpvojmqknkkpro]_nmpk_mmomrhjmgddjghdfqjruib|ooqbfrd]d"
        "swmqoq_moqomtootpmuqrpo]m`]kulhkihehqoqeiqvksiskiyhifqqtpxhih{bhbvb]]egvebfiioef]g]ixsssnskjtqglnplqq]ontqkm]jgj"
        "zqlqksimpofjmnjrp]psinluhofmrikrhngicgmnupxckhytteeghhhcwqdnntnnnynbndrlr]qoqenn`cafwvlrnqralu]kclltr]rqlqkakk^p"
        "zmqmrpcllt`_lqnnonlpqnlpoonn|rlqlkhjnoj]mnpol]nmkojh]glhyrpghtofqqorphrrobohrrdofpqgxrrqplpplli_ini]o]inni]l_i]z"
        "]tntrpktrqplpsqnt]puukbp^_hlsimnphjohoemtyslp]tqtmiianqjuwopmukkkrhkpkkvnhspmtkh]shltv]rvqk]toghvokvo]qpmkki]g]i"
        "tvqmnuommvmhaqpui]rmnrhkoommxomnmoljilehpqvrleutveijkcejrummpsqomvllsllvi]tsmpilojmovummkwkglskgumjsn]rt`qgjgo]j"
        "qtonlrkjgnkfnjhrklln|ocifhccrrltmqqo]fdlpnxqkdrtwknfjdldusbpetlpoxodlfdtlllolwaobcolsvlnkub`nukpncpwckqmpsnk]pnq"
        "pvljjxcf]u]ijcgzc]fmfn]f]o]luyplmwgm]s]mlhjvo]mpopjjkmg]wwlolxiiiuhhkmksheesnqhijjhmwpnoommpklgiupsvndrrrnrkghgm"
        "tvlojqhlmrhjtnjvo]usurhjh]]pvspjpgphpxepippjppijpwphffgspy]ggwaa]t]]agdyjaajhpeafkdfzqqnkqlkro]nspjqp]nourklekck"
        "ruknnuilstigosgwk]smgsrkghimtwkkkuficxklroumlctrmhgecpjgvsoqpt_loxllolpqr]dptll`na^puwajmvjjpvlnmmnvcjmpjm]m^m]o"
        "xnmrenmmmwomfqqmj^ctqtobnpog{sjnnqonlqggjsjpr]npot]h]gggxsmqmpccypccmmoud_croqadcgpmxnklmnknn]]mnmimo]kninmkiii{"
        "]stspqpptpnrqrrpq]puqpks]^jjrkopnjkkjrfkrswor`wpunnmgliduxnnoslmhphlqkhwhhqnnskqknlmtw]rtpmmrngktqnwmgqmln]]gmlj"
        "yuqlnrqapulllolqrgproklpj_gorvorpqonmpjjtrtmogwsnjinmnghtunjnpkmjwmosp`v`]sjov]mmc]mvykqbtpknq^kokeuk]soqs^`kk]o"
        "uupppsokproqokkukkotlukbmckosnnqnqoqihjntpxpseqssgrfgikhttcmrucqoooqommxqocqdramomlrxwqnjs`pnvlojmntbjnnpm^m]mjj"
        "uwjhnwljhvljnhhul]jsnp]hlrglsxipmwhmjth]lkkvnjlpnqjhhr]kusmonwjomujcmghykgksgpjmgkjjohmnkokjfmgksusrw]suvtgqehad"
        "tvrpmskknpk]tm`wl]upmsin]m]i|kopckjmklkjkmkesmkoktkk`aamutmmiwhfkx]jjnlxkejnop_hhokfxrptlrnmsqhhnnorqhmmuqhj]kkk"
        "xsnqmtmnot]]nonqnfrvqnophofituylnmkokqjmpsvpnhrpqiiiiigjvwbocvmm`y]`ommno]qfmoma_boosyhwlwhndt]hkhiskhnnmh]h]ln^"
        "ykgkoprogqsqrioot`ermofqrkcrwqomuolpmjg]mooqxgrtppkkgg]mwrqqfqnqtmsqgrqpnnernqnnrokqxomomocrmo^kookpo]mrkkjk`m]z"
        "]qrsrqprqpjqqtnqsfqtqtjphjkmzjnomijnklegupxqoboqqojjffdhtupmhvihisdhujktf]woitbhbhdfwvllmviirqeuokhslaoupldfcjfh"
        "vummozirisgfllmql_msmmhkgjhjuimnqkmmigfhtnwgleuxrlltlghgprjjhwrfgwf]njfrhbnmvqe]iw]brulmisioyw``nnvrh]pokodi]jgd"
        "rxkllvii]q]ninaw_nmqpv]i]okmxrnqpnkpjtomprsnmkrqvookljkgswklmsik`y_r_prvnhknnq]i^iiavuhkhwjbkyfokkksjbmnqqjj]kbj"
        "usmkswkjkuelwpgrlafpplliasbgswpkkxhugrchhqftu_hploegffchtrkptwqxjqgqikmokdfstklgfiggwjlnmhjiijggml|hlaorqmijc^ef"
        "xslpltmlorcgrpjrsfqtsonkgeinxomm`lkj_s]]hlhnhjhjj|g`ggghuulpqykmisclqoirn]nssnjkblefvqlrktjjusennplqpekrxnhhcidi"
        "uvmpivhjqsehkmlqk_orpsifbwkhvkoqokhmknimjyqinhmxmi]jlmmnuu]je|f]dtebigdqi]lhbbdbdhbdpylliwlipw]ialdui]inlq]lm_]n"
        "{ropnuljiuffomlmn]lqrmlfkkdltxkkluk`lr]hklkulhkmnxhhhhh_wunimx]jrrhlloltjgjmkqjj]ltjyimmrlam]nlllmlmoill`i]i^]iz"
        "]sqssplpkkhrksspmepvskipfrfvtdouomkokohpptufu]tqnmtjmppdvugsntbtqqbnrndtq^pqtrab`onqwtprsqjjroohrmmstjornrjj]p]p"
        "wssqosmoqo_lqskpq]qtdqcloqlqrojxmpnl]hmmrnrkm]tsvojv_ek]vnnqrponntnrtnnsnprqts`qcg^nwtennqpnqssnqfnrn]qrfrannn`t"
        "vvpprspppr`repntdbngntmn]pmmvwnnkrmpkkkmnrvol]nsrpnklloewrqoqrenttnfeofsgbnuqrcqdecqxupeppmmppomrppne]muqsbdog^s"
        "uuftiunqnt]epnnssntqiocnnjnavvqpqs`dnrn^lpbru]lsntp_klknvrmrsuelmlstppnnm]msqumpmdamrkyikoiorsklplroj]qqlvllgtff"
        "zsoolpaqmn]nrtqrnlropp__lo]luqgqqhdhhrspsqijqhjjizgsfpgkxtnoosnfbqnqgssrqnnspooa_hqnzqotoolisnllpp`rqnpksqnj]jip"
        "wtntrrmcqqpmrpcqd]qogure^npmuoilrqkomqjnptw]o]rxphmkfhfhttvsfuptpu`ctprni^hipfcdpebpvuoofpqops_qfoitw^gtgobooeaq"
        "yrqpojffonqohhsil`erlsodrtcrwpoqnjgfnnnnqoisongvoqrnupqnvrpropostqefuhhorbfprrdgorqoumpmmperao`sommom]mqqa`mbaoz"
        "]trtroqooqhqqspprhrusmnohkhmwkomqhjnlrgnssunqcutsoil]nmiuwpnlshkkt]hr^lwh]ronth]]okotujovtljtq]kulhwl]olmph]jmh]"
        "twnlqvbolv]ionsul]tgaoln]a]_tmmmpqkijnigpotimexrxkijktchsvjolqn_pul]talwl]smmv]jjlpnwwnpqsnngp^krkqto]uqcr^n]k]k"
        "rzphot]]kslhnmiw^hkpor]khk]kwnknrqmigjfkqpynoeppuikngihjxucoouccmococomum`qqmrrolllswuollui^aulupjosjinoqpliiqlo"
        "rxlnkw]jfxf]koiui]ilmpfifsifqymnkvkkktkkkbquo]^mnr]l]phmqtolkvjnhxjcjmjyh]hknr^ljj]]ulqopntlmlgortvrq]uqpqnl]kie"
        "rw_oktkkqrhhvkmwmkudnrh]hm]^xrqkjqeqiugfqjqriikkjxhigqqkuxjlkxigguiakgkwl]jonr`]lngg{qoplqjfspdjkogqqbjktnfk]ogm"
        "wsimjtfkptfkfmlxlhulisomlafkwsqlpolljpimrrumu]ttrdlm]lhguwkqns_`qykkkrkpp]lnbnpkkk^csz`o`u`_ow]^anjuo]noloil]_]l"
        "zporhpgfgndcopoim`fumiodukopyqqpmpninnklrpnwqhpsoskmf]fkyuoggpeerqeeqoqwfneghpqooqkqxpppo_loliiionl]oinsllioiiiz"
        "ftqtrspoqskmrtmosgpurnknkk]jshtsohjnjoenkqwgodtttomnlumewxinhv]hhsgmqhhvh]qpmr]ien]mvvjosrmksogpsmjxk]pniqjkgidd"
        "ysnpkvnljtfimomsndqsnmjqgfakwtntonlsjmgllprmnbtvsjokpofjwvnpiqnonuffspiup]srnrfijiflsxnnhtlkkt]]mnkvhjtrouhhjh]^"
        "rxllmu^i]t]lmlly_llnjtmi]limosstnqqrchfmjpyppkissjtcmjkeuxmqptmddqcmmpeumamqmuapmpbmytomntmjlulmmnoskjnungfk]ofm"
        "wunnlylikuehhmkto`ksmmhjdrdhvymoivlkhshekmmum]htlqhiiohnwtmppymphshqkkkti]kplqhnhmhhqpstlhlviiijjmrrnbsprxqsilfe"
        "uw]nnumeuse]tieukeuphpe]]j]isqgpsgphpnpdpppphhijizgspfppvtlocy^lhshiankumh`mrrkhluh]{qmqkukgqphmkmjrqclntpej]jcl"
        "utlmnujjxudgjlgsh]urfrjjgqghqlurnujofmhmntsjlcnxugjhsejgsulno{]]jwjh]mmso]nhjlhh]hh_syljlwiipviijilvbilqnall]p]o"
        "ynprmpmqrqbamqrprmqpqnpbrnbpzpppnoonnmgjlpqppaqsuijpgdliytroerrlntblfmeum_ormqamloqmxljjnlbjlll_ljjia]illlinlli|"
        "]uqurqqqpq`lpspls]pvrpbon_knsijrpjitltinqmviqewsuiigokmftwlnmwjjkucfuijtf]sllsjhcihkwtmtuplnsogntoluognqolegeilj"
        "xutqkthlpshlmqqsojntkpmmlljjvnlnvnlojnhhpoukkavvtifilfhjutmsmqjplvimomlvl]rnnrlois]oztkolpkknpjlnolpl]rtnqhljfjp"
        "wtaqbujjmrjmjmjxpjpqktnajpjjspkuqniniihnumymjerrtneepjmjrvosmrqmormmmpoup`crqtmcoooqxqnpkrmmnt^kokorbkrrwspake]k"
        "xwpoltmk]v]_lknskjksonhhhq]otvimgximhs]jlkhwl]holvj]drdmvsonuwhpmxhcmljplgjpoomjgo]hsjumtkkjijlkonwqkatruqsjigkc"
        "uwlliskkmsfawghtlatqpsahdi]oxrfrrocooqodoggirghrhwrgtofivtnppunn]s]qorkupk`rsrklmbhl{qmqksmmpofklmlpq]mmstkjdi]l"
        "vtqqmuiqqp]kmonrr]urnrpmfkimvklnmolkjigktpwimeqyqibeicphwrprqt_nnwk_anlqpnlsprnp^`^qvunrawpnrs]_mpoupjjrnn]j^jjm"
        "znkronpknmkppqkornoqqeokpnkrvrrtqoqoppknpqpnrkpusmnpjjjlxtfmmrocpsboqeoso_orsrloqonsxnmpkkmnmhhohmmkomoo_mnimohz"
        "]uptsqqqoqjnnrppsequsrppiellvkoqrikqkphkwsshrdrquopifhiisxnrlujjjsdjrjlwhdrmmskljm]jtsinoyieus]hrhhvh_olmmfd]qce"
        "wuqpkwmkluhgooktnaqtnphkfmfixomrmmkkikfhqmnllettwlkuqoegor]jfsefhwfhsijzhculmsfciiffztnontlkoqklqmlqnfotqohmiljm"
        "sxlnmvkflqhhlfmwjmfomuhu]jeksrmukonohggomrtpojkswovinekhtxhohtnjjvhkhnkwnh^omvhhjl]h{rlmktlehrjgnmlrk]kslnfj]mek"
        "psiherbbb|e]fggtg]]ihqbb]rebrxnolxhlksl]kkjwm]kolrjjkleetulig{fkku]chjcti]fllneefs]fulporjnlklfkrrsno_usunuumbgj"
        "rwinirjlrsjjulkvndwknqgiggigwolndnklcxk`dddlclplnzbnalbltvgnnygl]vkhjhhvjklpormj]p]gyrmpktmhqtbknmjrqeimvqjmdkcm"
        "wulnjxkjpteemkhrm]utkpjjfmchvsopqsmlioclpttjocrutiokqhfcsukmkz]hjxhehhfsnekjjleh]n]msxmjlxlmow]ikgnul]mommikigik"
        "xniomiikowkhinnpp]kqtrmhvnhkytqtpomjjqhlpsiqqdnqrokrmghjwvqmnvljsuj^mnnuj]hljp]mlon_ykkmmklkgk]]jkjgmgkngkgkmjj{"
        "]sqtspqonqmnrtors]ptssnphhhjrclqxflkjoeprorfscwttnghhfgfsxqiiughhxnfrfgth`qukojf`l`hsvfppsbbst]ypljtgdnnrqb``gfg"
        "vvmmoylnlshinkmslbmsjsgicpghunorpmjnmojotsumoerwrhnlpmlnqrnolrwmluhhqokrmaopxmfndifiwuhkirjqlvdhsjpul]triqifasjj"
        "svllkuji]ufjopuxiimimsfjfm]jrmiuulgi]kgippzmshotrgfficgfqvgmhz^^_v^h^njvh]lmjr]]]^]_xsmokvjhjtdmnokplalwnrikjoej"
        "utknssphgu]mwkkuj`dspsnegoffvvqlhxkkhtcbhtnsuciplmdffkcexslpqvnrjrgktkqolcjttjnjelfhshmkvcmnhfdxvtroqbrptgkfhfif"
        "xsmmkxlkorehsmkrqfpssogjdkfkyseogqbfnsdcggqrfnghnzefdeeotrlnrvinhrbsrrtno`nqvrfiepffxqjqktjjrq^kjpjprgisyoijckfm"
        "vtomhwjhrtegmkgwmapqsmlkfjgirilmxiemgjfhojvctewuv]jgiigftvfmk{dfix]gbjjrldjndi]ifhadxsmnpvmimqihrnvpmcnupjgjaiai"
        "{ompnonkjtcgnklom]ionmhkmwgnwxknorqkfmh]oonuhelvkqhlehhjwvnlluknqukkolovl]hnpohh^opkxmkoommo]hkmknnm`]hpnmhhhmh{"
        "oustqqpoopkpnsoqrhourklnk_lqqhhuohcrgpflrmvir]yrrlikhtiitvrmmshnothhqjjwlhprlr]lrn]owunqtppnsq]jtnlvn]monphkhkek"
        "swplksylks]imiotgkonknigkmiitrhrsrhleicipjvomazpshdgnfgfvuilisjmiv]]ualw_]rqkt]llb]lxwkokrmlnr]lspkro]tqlqhkhk]n"
        "tvilltif]wc]kggyokmmjn]igrfgxrhupqllbhdoqmwopdrrsfgesdjiuvpppspmmsdmdpmwfadumsbmcdcmxqoomrmuouonknjsp]drpqnj]k]m"
        "o{bkdvbebuc]ecfs_]iiivbccs__vvlplxnmlrggnootnjopjpgjlo]jzrmpnwmsgolhllkso]iqnqgmkkgnpfhnokfh`r`otkrpq`zusiiqebhd"
        "yplnitjkir]fwkkrjcovnl`ifqflwjoiofcofmochroiqgtsozfoeeoinrahixdcawabdgh{c^fhlkcaeghe{qlqmrkkqqfjonnqoghmtphh]oel"
        "vrjqjtckpxfjijkvmcqqlqpkckgktkxoknig]heiuorep]vwteegcgoevt`sos_`ku]kknktv]ntkbknnk]uuvokbtaaqv]nobqvoosrcnok_a]k"
        "zmlqdmpllpl`tforn]otqmllnolryrpqpmpomokmrqoprhsqtmkoh]kmxrgfnqdeswqnhnntnaqnoocreionymnnlkkkhkklllklthkpmmhklkhz"
        "]utvkkpkkkhiktjptdputjijeffvwpoqr`omlr^lnmtlq]trumloloqptxrirtdpetcoufpve_skgmccbpafvqprsomaspmqwcdvcmrnohmp]mmm"
        "vqoqgsghoqnntosmqqrrsoeoqsndvliqrtohrgaompuohotqteouifbovrhjhpngjudduirugqskoucffkbtwrfrftooksbctgpqfosprrbdroau"
        "vsfrgsdcovaogrpserttktaf_p`otwjqoqjennipoowmlinpmuonlrp]wrgtiqgqhqgigtitqdgvhpqggsfqxtijhrqfiqthkrjui_rulrfqblbq"
        "wqnoitecnwqepqbvn]cookcn]o^tuvqgdtcobqqndqeup]dtou`nno`twvormrgndrbkoqhuoqoptoeobqcospnrsmnnbmanqrtwn]vqrqnnmp`m"
        "trohfooejuocnoswqovkjpbbooosyrooogogfqdohrgigtooovogqofsvrruhtnfnt]hgnnvf]nwoiganhppuqesmucprqmepgprnpurviam]m^s"
        "wrnqnqnnpn_nrfdte]uptqtfninqmxjcgz]kcyeedjjsdbnjf]]cg]ecrueurtpecv`peffqi^hifpcpbeyptwfofwoorvncfeooo^oqoqodqeao"
        "ylqtiqhqisedqqiknbgunkhstmekwtkljsphsisejskms`solqpptcesvppphqtflopgpsuthbfhpqdppsqrvmmmppmdarmbmpcae]bmma`pbpp{"
        "]trtqqrppsklqqqosfquspnojijmthoutiqpjrgnsrvhrcpqsmqlgmmesxkkkudkfvfjqklxh]rpjr]hjodhrtgmpwfjypcnskhvj]nnloce`mca"
        "ysopjvnnluhhknmqocpvnmhpcighwvmsrtnnkmdjppskqglvpipmkhigutiniujiiuggtmexhjrpkughli]evvjhgygcltfcnfjsi]rnjrg]]sci"
        "quj_mw]]hv]ljj`yhlhkiv]^]p]mqspvrsnpeefmmquqrfgttlsdnhmavxlqeulplolllmdvm`crltllbcalysmlmxliksehnklpm]jvplkk]jaj"
        "tumkztgegwb]hhish]hrimbb]qbbxymmkujjisdhkjktjaiskpdgdoilwvmnnvmlkwgilmcslfjqolmkglilupprqkooinomrrtrsemtqtorpmjf"
        "wvhpkscpqp]hukivk]vnmpf]gfcixsmnfsammkcmmmepmegpnzdecmppswdhgyhfjvfddd^vkfhmin]]cu]jzrmplullqubkkljsqeilunhkaj^k"
        "xtqnitlkssdfmnoql]owkplkgqiiuiprmqkqkpeloyuip]kwpiigfjihvtgmgzbiezbegg]njblkig]e]g]mqykakwk^rwhhh_cwk]ipih]^]^]h"
        "{ldqonkkct_kpnkop]ntnnbkinkq{qppomnmnihjonmosalsokilk]flxvqkpvjjlpjamkmwmmjcsmjjaonoxkhpohnq]hhlknohlklkkhhnhmh{"
        "]tqurqoqqrilqrposfovqmlnggfuuoppojrpkqgmusvkreqqrprkglfhuxmomtkihtdjpnnvj]smmtfjfqkhrwfnqqegvtefrhkxk_ukjpccbhbg"
        "tvonkvlkiujugmvsl]pnmojkkiggwtltppkmimejrotnmfxprlkjqkdituhootijjveerlkxjesnoueljj]]vwmnmskkon]]rmkuofuqlumiig]m"
        "uvmllujjgwglllhylgmmlrgi`jffpsmtroku`fblqsvtmcmrwhmdjcjcvuktqvmomoakkkbvk^ptmqoaoaqcwuimitkhlwckoljrk]omqo]l]wfg"
        "txsliv]ifwcdmihuo]jmlpcicmfjtzmpkujjhudhjkjun]mooqgdiogjsxnomxjljthjknevm]kqlpjhhnhirkltigvkjicjvpxol]somvlidfge"
        "sxjmivghmtbjsijyfbtkjoccdk]htmajja^bjmj^rjbmnjmnm|nj``nostmsiwkkesejjpitkjjmoqxjek]eysnpmwmlmugionkrqdlmrphncmfl"
        "vxlnjvjjksfflljvl]uniqiiambhtotmnmjmfpdnqrvhx]vrmjgd`fj`usmwnugpjx]jhljspgqmppmh]]]rtxmlexkdnyg]ikgtm]mllmid]kgd"
        "yqespoloepl`pteorocqnsdlsqoqvonppjmmklijoqwnp]lypmikhifkwtmpoujpoqmqpmstojmpopjonqooylellkhmjiijjnijmiinkmgjekk{"
        "]uqtpqpoprimqsqrsdpvrmmokekpuiqrohlqirfnwotjqeuqvmjiljfgvylmkriijsdjrlkwd]snisffknhltuinspfkyoaetmjwm]njkmegdi]i"
        "uuqomwij]u]kmkuvkfqqmnlffjfjvqmuqmjlimemtqtlmbxskijjodfhpthkkqjikv]itkkzkeskmsehej]ltykpivilkrk]pmkunftoos]j]iij"
        "vsjok{kjgtffmlkskgppjpdn`jahpplwlpomeceootvxmmmqpgsdk^kcswarksakkokparmxo^ksbu_ampkmwwqnlu`ilwimllqsnilmqqliijim"
        "sxilmy]lcw]hgiis]]fohkcfhs]iuxmolwhkgs]inknvmdhpmrgghnhiuvnokz^mfsjiknkuk]hopqffhkhjtklqojmmjkconrurt_yqoqkogneh"
        "uwlmos]mor]gvkjuldvmlsjddjdnysgjrgdggqedhpppgpprpxpheffpnzejfwcf_w]lfgcvh]dhftcadq_i{qmqnqkkqpekknkqqekkrqilelcm"
        "uukmkyflouajshjtnasojlllaohitqumujlihngkmptio]ysqei_hief{rnolqklkud]mmpqr]lrlndij]kqqw]mhvfdnwdi]khzkfkmhf]ddddh"
        "zopsnlkkkmkkoppnnknrsenmqnmo{oqpmlnlliijspmpr`nrnkhle]amzrnqbulmjrimlmjum]mool^ompmoxmjojinnmlgiknngmgmnml]kg]i{"
        "]rssqspqopkrmspnthntrumpi_iosknoqomokqllwowhofwpqkknhjkhyuollwiklsfculkojcnrlnghckcksukqorjhvqbxqklrkbipwkigbjeh"
        "zslmptpmjweglkkqkckqkmflcnhmxoqqrplmlijfsoukngtvrjnllhfisugjgsyonpglpogsp]rsrrlggojjvvpnkulrusj]qmmsh]rtlsef]h]f"
        "uvnqjvjjnsnoojjuj^psmt]n]o]osnltvjimigjkvptlriotvhjgijpgvwknnrobkzkknnnrk_kobs_akb`oxvjmkulkmumjnjirn]spotfnfoif"
        "tvnlmtlkisdlukdplafsyqjdfkdfyttnktjmjseilpnqq`jummiiegelsqlrurjsiyiookpmlejpthfkflehuoorqmpnmojtrqsiogtsvmoqmkkk"
        "xrkoqwilmqeaqklqwaprnkhideaiwsehrsbeeunbnfnrnnnrfyencddnrtqrkxnpitcmniusm`oropmg^oe`xslpkvjjtudlllinndiqwkghdh`i"
        "tpmnnukhtv_hpkkxj]opqqkgbpjhwpnnolkt_n^prvtbp]qtpponan`nuvljoynllw]innjoo]jrjlln]^]ltwmojvnjmv]mmmmtp]jrmr]mmn]p"
        "zmlpmtojhu]glmhpoghrpullomhmxuoqnumnhu]lioirmhhtrt]l]jhmvrmkatk_tsinmoaqihimirknioykxoknnmmmkk^okbo^k]`kao]m`kk{"
        "]trspppljpopttpqs^rtupol_`icuilsphjniodlwlwfqftsupkgjhjiuvpllqnaltk_sbptp]srqu_k]enryrottnhmqp]jtmmuk]lsmkkkkk]h"
        "vtppnrokkv]kkrquo]ntooobko^owlkpnljlklectnuimazspfhhkkejrumspljmpummspmvc]uros_bmn^qwvluooopmj_loopsc]sopulo^l^q"
        "wumsttmaaq_mpmpvcagrns_dpm^moqmvwvem^kekrkumnarurep^iek]tuptiupggvfpfthsidfqppdffpppyterpsmpesmdnenor]gorvmd^n^p"
        "vulnfub`nz]loq`tc]kplokk]n]^wverktkkps]mnkoun]atko]pog]qwobtpwcm`u^ndpqtpmmlsmmm]bmovjmqsninfvjmwmqpncsqqmjfqqkc"
        "uqhhmphlkqhhrk{rj]ptlm]h]^hhvurrjiftipqfjjjkrirrtwhrghhlyuoppvia]t]dljltoiirroj]]p]pxrmslvn]qphpnpomrjhpuso_jl]q"
        "wqmrmuamlr]]kmmuqjvonqro]k]qxnlopuacmp]kvoqpo]ptpp^jmjqmwqpqcvamav]accqrm]escmmp_v`tytmrosormt]adogro]msmdoqocqm"
        "xoorojfoqmqbqsoipnqjrofduscoysproqoldlllostrm]orsgod`lolvsqnnodeopdqongsqawggqnunqkfylanollo^l]jip_onilnnl]l_llz"
        "]ptupprlrqllttpnraqurlplknbnrimmmfmmkqdnuiuepexqulqhhuicvwkmks_mjuj^pmmwp]rrks]^mm]ouvkttn]msnkmsknvpkippqh]kmor"
        "wsmtmtqkks]_cmpspjrsqomq^mmmntyjosimhqeeujqck`vun]fhf]ccuuqqnqoaksk]sqawo]prot]nnl]kvwpocrpqpqllpposs]tpooqallll"
        "mwfljx]hjxf]fjfx]jjijnff]mfkoijprmrnaciwtnxhm]ruteeijfoasqpshrpsgpfhpphyipflprdpppppysmmcuclotomqmorm]mroplo]m]r"
        "wuolpxl^lu]joa^snlnrqpnj]ojjwwnsmvok^rjkaearo]krrq]p]oj`xqnrovlklrjhvnkpn]msrlklgkgnpggfhdijd]]hqnpug]|jkigpdgad"
        "vuqpqqkkqqhitposn]stnsiihi]nwqhkqqehhofeiqikhiqsiwhqqqsusvappwjj]xlllpjvjiaknnl]ll]l{nopttkkppekjnmppglnrmjme]ip"
        "ttnoospiuti]jjow`]rrnmpoonnpypmqkqmmnejnoksnsjstoj^jorjmyurqqubnnr^aqqrsn]fqdnbqnc`fxulplsnlmt]`nlltlklrrl_unb^r"
        "yrfsmipqmompqsmgo_ppknmsrnbrvpqoqtdlcenklnuwo]nrhnkpnksqxuogoseqrreehoossaooorcoeipsxrkpdncnoq^k`kk_lnkrpnkqk_^z"
        "]spvsnsrprbjorpnr_qutnpjol`juhottgmqjn]`qttmt]rvoqojgahjuvmoaum`mt^^qa`xomrlor^pmp]kqu]mttggxojivljuggoklml]gjgk"
        "uvnpnukpat]kokrvk]tqkpabkopmtimrrllh]`h^yqunm]uso^lhpkh]qvklaumkcukktnayakslms]``l]noyndntbdor_lppouonvhdp_lplpn"
        "twqqrum__r]`kokuqmpoqtmo]cmktwmqksmoggkkotwrljmtrppggiedtunoqrennrnnnstroneqrtcnntcfwoorftodgtsfigrvgohqproo_r`o"
        "wvjjeujjmx]jim^sj]oqppnpmkj]swlqpribls]iujnvp]qplqn]pq]issbniykqmm^gkkntbj_pqomkxommwllpqipjlmilpqwjr]sstknjo_mn"
        "st]kfxfhmn]jvffwd]xgfk]]]ffhwlhkqhehqrqqviqkhijqqwhisqgquvmgovcm`t]momovq]mntsm_lg]`wqksovk]snhmhnhsrloovo]q]pnr"
        "wronlwlnnrefknktj]wnitnlenfhvsjlmvia]l]inouio]wxki]]_i^mtsanlt_a_{n_lqlrr]llllllra^cxunfnwdciw^mednrnmfpfeappnpn"
        "xkopmlmkkolhonmmoekop`ofzlkp{poqnnlnno]gonlkq]oqqhlljmqnxtoqgsrekpdqotosfqegqocnqorfyliriilmi^]mmmnlp]lpmi]_nll{"
        "]ttuqqqooslnosont]ouqlnolgjmvjopriipnneousvmtetrpolihknjnxmhhxek]t]isi]w]etfet]e]lekrwdotp]kungfwllxd]qjio]gdjhi"
        "svnnlwkkgulgkjtug]vqipikgkgktrmpqmlkjegjsntmkgyuqnknqljlnvgjmsk]hwlgthjwl]ulpug]gm]^qyiniskomshhq`pwk]vjat]hhi]n"
        "pviimw]khthh`_iy_qmbmuhi]i]ntnoqqspmi]gkpryntlmrs]okgllisuloqvlcdppdlolxm`lqouabllpduunckvk`nxpnqkptk]polq`o]l]k"
        "qvifky]ifx]ikffwf]fglqki]l]iqxpnkwmlirkjhllvqimnorleemjqrwkvtw]oiqiphknte]eosmkhmkeeujmnmfqokkcloovom]rorzjkckci"
        "puillwejrt]]sgjwb]ulupe]ei]evkoppgcggseopptiggrrhyfpoforrw_mlymgjv]lhjlwm]knorjglhglxqlqksjhrshkmnjqrilmxqfk]lji"
        "qshjhy]htxgdhmjuhdtilpmhihhhurlnlr]olkjqorz]qeprokfm]nmnttkqaw_`kz]_aknun]olkkkkk`knpwlhhwhkvv]]h_cxh]mn`hklkl]k"
        "yseqmolperl`oqmsrlconollsromzqniurfmmfabnnhtimforpbmpmqqxsenlxnboukblnntlnkdel`lpqpnxlioolll]nillmmil]^p`lllmml{"
        "]wuurirnnnnproqsrcrsoinndddnwrpopllnlqjqsruntgvopmloeloiuwlnornpatonskatn]oqkt^k]qpqrxlqvsl`qm]jqblvl]qonrlo]lo`"
        "tvpolrollu^llqtsd]tsdqbcqllpwmooqqjnhqdkroxkofwmtmfjidhhvvdfdprcfvp`pectc]tnqtncpq^puwntptpnospmtehpr]oonrac`fmn"
        "ux_kkuhhlwjkmhlvhhhklv]hjl]jtqnomrmrjkkmtrxrufnnokm]mllhwudonqnsqrdnsgntrnnjntbdneqquuppmtdmeuapgmnwm]gtptbdmnmm"
        "qtnklyk`kwkbjkktn]knlq`k]ukorwpplu`d_s]pllbyollooq^_nm]qvxcmrwdnbo_hlllrn]loqubl_cnnsiklklimpmekoo{vp]tklphk]ei]"
        "vvcqorobmt]`scdun]wpoq_lqb]bxlhkqqeihofqiiiqqqqquxhqgghktunrnvrnmqmpprhvf]noqqna^hmruolwctaltq]lnelrslapvq_rnclb"
        "stnraxknmrnolkquk]sperrkklkkwmppnlkmmr]rttrrp]xmomi]kkmkssehexcocx_coeovp]gifrodarbpxvdmquqmhv]amcmte]eood`rqm_r"
        "wqquqienssnannfhsndoqqnsqqbrypsppmqpjplporpkq]pornmon]mqytrqmrmllsh_vomrn]jlqohjloomxmmqqleqla_bldllooamcllblll{"
        "lsptqppslpiopponrprtrpnoolmuvoqrsopcmohkspq^vkrrpommmm_uuuprqto^nri]rplq^kqoitii]iiwusmnuomkungiumoujklnnngklkgv"
        "wtorpuqolqn]jprqngprnmhhglgvuorrtujmjmjjpknkk]sqhmqcpjjyr{lkkqoo`o]]omlsh]pier]]hhkvwwsllrlneriipjjwp]rnpplnia]r"
        "vrcllun`qq^ppclxllopot^lndnstpnprlqn]kkpmvvotkppokgnqkbuvscgemmoqtopmqetvooqdtmmmmbtxsopmrokmtjunqkpo]ornpkkjoms"
        "uvcngvp`kxknpc`tn]`ogrnn]onruvilpx]imuiokmkumikrmpkkkm]rwlsltykm`njnkjktkjmqqkmmmmjqvlmqmbqooo`fniwrrlstipfqlolt"
        "wukopqknorkkul_vphsmnq]hnlkpupooggqgoqoqoooioohrowfgooowuooqqwnnnrklkpfsq]nsouk^nn]uurkqmugkspjmnp]vqknnvnlkomkr"
        "ttal_ul_rsiija_ujivqpusnljlr{gipopldlolqmorbqkqrn^llblltvsqfctmbmvmamppqspefmpar_bmwttkkmuajqw]mbqmxojknob]mq`or"
        "ygkpcnkncq_kqocop]krnqb`qqmyvtmmopopdqllfggxq]ephuao`_pvxrqmppcmsrcmrmfsmmqmfiaumprsykkmljnhhghigkiglchmkffjihe|",
    .made =
        "]rqqqrpppqopqppqpppqqqpppqovsppqqrqqqqoopqpopqqoppqoppottrqqqrqpproopqoppqooppoopqmutrqqqrqppqooopopoqoopqnppqmu"
        "srqqqrqpqqopppoqoqoooqoooqmusrqppqqpqrppopopopopqppoqqntsqppprqqqrppppopppoopqpnoqmusqoppqpqqsqpqqpqppoopqpopqms"
        "tqpoorpqqrqqpqpqpqpopropoqnsrrqqppqpqqqpqppqppppqpppoprssqqpqqqpppppqqqpqpqoppqppppsspqpppqpppqpqpqqppqpppqpppps"
        "trqpppqpprqoppqppoqoppqppposwpqppqqopoqopopppoqpppqoopostqqopqqoqpqpppoqppqpppqppppstqpopopppopoqurpopqpopppppos"
        "tqqpopqpprppppqpppqpppqppppstppqpppqppoqppprqpqqpppqqqmssqpqpqpqppoqppprppoqpporpqmstqppprpqpqpqppprppopppprppns"
        "sqoppppqpqpqppprqppqprpqprnssporqpqqppnqpoprqpppqqqqqqpstppqppppqppqqporpppqprpqppnswpoppqopoqpppppqpopqppoppqns"
        "tqoqpqpqppoqppprpppqqqpqpqnssoporoopqpopppoqqopoqoourpnstpopqpoorqnoroorroporpnoqqotsppqpqpnnoooooooonnnoooooony",
    .known = {
        0x802a80a602c0200, 0x3043242101104895, 0x258121a4007d2006, 0x12a8060810cc04f4, 0x51827080045a440,
        0x12d3290294370405, 0x8c91a0800080184, 0x5802a0021a618001, 0x249b400c1008012, 0x9002024070040020,
        0x47286800410032a0, 0xc006901b4500020, 0x3208144281000ec, 0x32000021101402b1, 0x40800a44210438aa,
        0x4c68ca0094142228, 0x2904000a421a08, 0x81a8840243a1129, 0x71d020748445410, 0x868080a81185682b,
        0x40010a0162484080, 0x20802100028a008, 0xc45201763829500, 0x24100c01c2a01114, 0x500180340214022,
        0x8900910461008020, 0x200028b954294401, 0x42021c354e810150, 0x6c014e4400380448, 0x28124a255094080,
        0x23460a204ac006, 0x7820a20860413758, 0xa908b0a142824826, 0x462040814001a004, 0xa0950080404a2b00,
        0x60651a2805104064, 0x100a0c8001508012, 0x52b0034010408021, 0xc2050c828082e11, 0xa00418304411960,
        0x5002174c002a8a20, 0x5831160404178994, 0x248110215101090, 0x2800598290c42002, 0x6400c914840a4396,
        0x71032c20a3552802, 0x4001a43404409e40, 0x8710a80000110320, 0x50600000455aeb41, 0x428002d852205084,
        0x814a680802031580, 0x48120680ac8010e8, 0x852428c020010000, 0xd60d80c61e2024a8, 0x48022d10360431,
        0xc8067611c108040e, 0x145a08c0c4061020, 0x54b10984012101, 0x21011a20040411dd, 0xd44198c810b404a4,
        0xf72027018221600, 0x39be00004022000, 0xa73102a000880110, 0x8c186b8005208000, 0x28510422100a4000,
        0x8012c01100808431, 0x8901e00201683027, 0x130028440102810, 0x88510231400a2005, 0xa48064c12500a840,
        0x40044601600a0401, 0xb6500748200baad1, 0xca4000310522014, 0x20204008ac412140, 0x110544104620b001,
        0xa08090a404230860, 0x8068002009428201, 0x1210421322502801, 0x10084048aa58827b, 0xc00214508804022f,
        0x5108c25e2386e1b1, 0x5152008810409, 0x8010340014101038, 0x1401194b00140268, 0x2408094208432606,
        0x9006840082202030, 0x3400c82002c40405, 0xd304a094430d44a1, 0x8c43b04112310300, 0x82bb001400890021,
        0x44096250081e8010, 0xd1c60840110b0008, 0x6019b8041a224102, 0x8470b404cb190526, 0x1140a230c4809618,
        0xe901490180003120, 0x89190a204882106c, 0x200100b689a2b18a, 0x3404040c0424447, 0x800610845108ac03,
        0x11c2002042140, 0x8a5400a901c4004f, 0x30e008285242c000, 0x20028420c8284440, 0xc084180711040402,
        0x384148a208ca0113, 0x4880781246040410, 0x20844006d100c804, 0x2c0900225018915, 0x5e080c2138048890,
        0x2140449322086004, 0x10936ac100204, 0xc84a4128c80082d0, 0x8602b64490000135, 0x7e501ec0d23214,
        0x54120215a1802241, 0x1a402482098422b2, 0x1202508004b800f, 0x2032022408534826, 0x1288f0402e80018c,
        0x500a1c110b008320, 0x91d0100010910088, 0x452002500140520a, 0xe050800822096408, 0x9000803c02668180,
        0x86146920102a, 0x50c206080280c402, 0x1114008024388200, 0x6120040204801513, 0xc209a001b4244003,
        0x6900910c4324002, 0xb055088090c85912, 0x83049c6250a1040c, 0x808500b490002021, 0x14051013842a002,
        0x180000888822810a, 0x20431d0c40120242, 0x88640488198b0848, 0x211026048c48815, 0x8290210a0c586330,
        0x894150c0e1208014, 0x785da4931010880, 0x1af2c02061481448, 0x8810c4021500644e, 0x3840432308104045,
        0x88b500009546204, 0x6b80108800804250, 0x2074404041240840, 0x7d91141832d21085, 0x384000004202089,
        0x462e530271c182a4, 0x280087400840c168, 0x620811d8801d0031, 0x192a1402460a08, 0x122954812500004,
        0x10801c00840f60a2, 0xe420021000981214, 0x10112058427d000, 0x984202402a019768, 0x108b42004d04220,
        0x50424002150028, 0x1080b80030408e, 0x404242c142880354, 0x900629a640081229, 0x50008403a10440,
        0x201888046210014a, 0xa08118041481450c, 0xb8049031408c5028, 0x80409a94400a2518, 0xa067008088a14102,
        0x23140e804009034, 0x152b0c2514080948, 0x4235560a4147a00a, 0x45445a01504c4000, 0x224594004490008e,
        0x8320221001640042, 0x929d8021c0821096, 0x45c214444c1a40, 0x4e21128040922084, 0x30820b280043c81c,
        0x92144029c20a002, 0xccd2088410e5a, 0x200201c822131a41, 0x9a90040001c4e8a0, 0x108220008a0096e4,
        0x6a884608800220b, 0x4500031081940804, 0xe4000a434d4000, 0x1521800b10a12c21, 0x20004418ae6000a2,
        0x1020192a8242101, 0x461011768a2a0024, 0x46c228520e035993, 0xd450878c44440823, 0x404301c8aca3c102,
        0x2200a349880100c, 0x41620045100c5490, 0xa500b20800280080, 0x2c0808c00000880, 0x8d3c210010832228,
        0xc05049210c810280, 0x105e0c280284043, 0xa992290817b91131, 0x96c036014040200c, 0x32410095c40a888,
        0xc214402c1c880444, 0x88040350260290b4, 0x403410c124270207, 0xa200114890048502, 0x2410082805284300,
        0x230200d864163402, 0xa906d80214c0a20, 0x8a2044200012a1b4, 0x3087812949002042, 0x1400609480460019,
        0x8ab94080c80e940, 0x181001047c5802e1, 0x700056005108804, 0x82820012460200, 0x41440e80402313,
        0x129018ae0240020c, 0x1120190049200801, 0x21488004411c22a4, 0x94502041c000, 0x10000600084408ae,
        0x46a4a0002c24a47, 0x192202089246708, 0x782680039002e6a, 0x53080a0861840081, 0x35400021402c0023,
        0x9457249000404204, 0x18c1200508004c40, 0xf020203582940419, 0x8f25381810030a6a, 0x10048308d0858400,
        0xc444010848024042, 0x4121011801bba, 0xd01a8a0003a10a1, 0xb240220c20a00029, 0x24142c04306bac00,
        0xa8809e9040e48150, 0xa84018a141734060, 0x2ad20213dc181852, 0xe094111852019071, 0x40110ae010044070,
        0xa3048c032024045, 0x500042acd5801764, 0x20a0014201005132, 0x4081a864080811, 0x4260404a849102c0,
        0x80078a00a008020, 0x2c158a14211015, 0x8820129818840244, 0xe6040429810b00, 0xa022850b020892d,
        0x602c01b928448898, 0x32c11103a280103, 0x92024620e0080802, 0x14a1104182140060, 0x1d9004411a204238,
        0x8c6403062510c4a0, 0x814841d34001a720, 0x402090d408950522, 0x44101940411c0084, 0x801a04324000b348,
        0x8154810a428c7022, 0x1048001a901400, 0x80098c1040a0118a, 0x8111004400886412, 0x8000014042069500,
        0xa8300200ac329848, 0x410808408e930013, 0x9e0a005403034108, 0x2480484313046850, 0x10044a5211401089,
        0x7840028132388006, 0x341842c0000a4558, 0x8a0d184000444848, 0x43d04c4006084d42, 0x98288105008623,
        0xac8662a142c8081, 0x859980822420c00, 0x6e53890c4008914, 0x5c604204c20a7000, 0x1a00012800081484,
        0x80985000042401e, 0x68310842e4440914, 0x8a34901802101281, 0xc82410a42149045, 0x182000086540c240,
        0xe01390000110a6c7, 0x28802413b0c4a31, 0xc00104d19002538, 0xa060804003141a31, 0x8042804604273a10,
        0x4124900ca012e15, 0x6003810602b520e1, 0x842a22625845c018, 0x400851020fa1219, 0x19ce001140174a00,
        0x40120485a8894c2a, 0x21002c010ce0017a, 0x1608104312294000, 0x112018602, 0xa450a21428040a4,
        0x1800cb0e51995000, 0x10c0109001253588, 0x822820181020404, 0x8088b20052000560, 0xb142f382170250b0,
        0x9c1440218400a400, 0x22040a00c825b190, 0xc10742a206080403, 0xa006000e12640026, 0x9360468054008123,
        0x1a48182820401010, 0x3002000416000018, 0x220220302245, 0x5241074a1480005, 0x220048900088057,
        0x12010c8015004042, 0x8d1440831d2ae00, 0x280034c035081080, 0x200210010b52ab40, 0xb4a01206409940,
        0x2010209098f0289, 0x5088503e00e34210, 0x12c48a88390102, 0x80323900a894000a, 0x208a4402221500a5,
        0x9015b472ae01e019, 0x400ec55d80660a02, 0x820913025c2401, 0x4528434086001281, 0x8003928848510813,
        0x94440b00c1308, 0x90028cc88530020c, 0x84271b180114a00, 0x9013a080c1012582, 0x563088506c04148,
        0x424a800b80080a7, 0x7014140740088010, 0x944080046d281126, 0xa402e8221804d143, 0xb960081001050121,
        0x90401281420be004, 0x400b0211108a905, 0x32605e2834220864, 0x2c100144806a8292, 0x8c04084500631012,
        0x20884311054621c4, 0x440c0244b08148, 0x20c0902415010154, 0xa200a628058ad11, 0x22cc4260c040800,
        0x88841025798001d, 0x86584388808a868, 0x5084005a91008b84, 0x108384a00a4068d1, 0xb01814222c840000,
        0xc0341105122cc1, 0x20214bd08e002040, 0x8065820f17002110, 0x1042e94823050ed2, 0x128d9144812d2400,
        0x84a3190061144d0, 0x301fca0004380038, 0x62420c0040c38010, 0xa805330408424, 0xcc4810801a001872,
        0xd58008830a0046e2, 0x180888010900000, 0xa481084008870005, 0xc0198222a0041003, 0x98808082ac3729,
        0x401030500004408a, 0x50821508050440, 0x47080148010150, 0x3140020e1ae4a17, 0xa090e42144ca0,
        0x50001c81abb0c0, 0xc1011a0a10882640, 0x20042ca04b400114, 0x80126a661208081, 0xad046882202124,
        0x8a23c18223215a02, 0xa040822094681445, 0x318800a0080a0034, 0x28d2988006081c0, 0xc82db0b204084072,
        0x40440008240295c, 0x4b68104800502090, 0x84b48500818009c1, 0x8553912031804004, 0x2024500282504129,
        0x8103480080225, 0x3250046229102000, 0x101a18410a441297, 0x4a4408d0018b2d, 0x522a014680001a1a,
        0x6050086020280202, 0x905a10082841d28e, 0x21821ca226480c, 0xc040680a109080a0, 0x142b62042a004181,
        0x5440841384841100, 0xa480b07918441020, 0x8050010848114008, 0x25644111a007cd40, 0x4c0942402c088a,
        0x580c4f107004001, 0x1120416c1440502, 0x8a0a2a440204008, 0x4782a2d808a0210, 0x2094b48140070cc8,
        0x205502014024c806, 0xa004b80944c04000, 0x1e430081110294b0, 0xc21700aa0025441, 0x2232021b0000042,
        0x8115720023000200, 0x4880080035040045, 0x8b80503c40412900, 0xb980542c4010b54, 0x25588031608584,
        0x4830267010400085, 0xa28588a300001923, 0x6002011ea410ac81, 0xc800e88000102295, 0x2090f08a90570890,
        0x221014860414864, 0xd90f80084944050, 0x220a0c00050a46b1, 0x22a4902019a0035, 0x440800068464004,
        0x4240011001642354, 0x503065281c4030, 0x808500000b84081, 0x5808025280244c3, 0x4412409288c085e6,
        0x90022904ca104000, 0x325020d4c8061440, 0x9171086840100002, 0x9000810076800800, 0x1a26a21860900609,
        0x80625a401a830580, 0x41a108082020520, 0x821360401ab89c50, 0xb01488a4112a2100, 0x1240691010110514,
        0x8c4a300538095142, 0xa129820061c0010, 0x60000944482102, 0x40498004d88280c4, 0x3420408832a40519,
        0xc04060008908556, 0xae88022122260138, 0x8080001c022ae28, 0x620100820610d5c, 0x30102d8a2a00612,
        0x222ea0a300184b05, 0x28ae001ac40889c0, 0x200880e9c1430068, 0x1110822081658480, 0x28d20ac85742007,
        0x180c949250281228, 0x9a145202a500825, 0x5008130b83050441, 0x220014810004011, 0x10605140190a5c30,
        0x40429f080022220, 0x4a98628872c121, 0x11426411102c1422, 0x159158ca4020000, 0x852628121a285120,
        0x9820a08020080886, 0x268c881201872872, 0xd55e301900e1080, 0x2902c8170200005c, 0x50080420828005,
        0x240014380c041329, 0x458020c114011188, 0x8150a0040e230922, 0x9d440a10068904b5, 0xc010922d4108021e,
        0x10f8a00c1c88a2, 0xa11094290130404e, 0x89000c00e25ad52, 0x20bc00155520ec4, 0x2300c2907416ca29,
        0x2c00228009507200, 0xa140040940c8040, 0x1801828054107900, 0x2213da026d240250, 0x404859820788010,
        0x588008a32d00aa40, 0x4021008344488341, 0x4348538e05488000, 0x428984a48004a11, 0x683806822136a061,
        0x123e16002100906, 0x110044240044a101, 0x421800120042820b, 0x9b4618618200aa08, 0x20ab1c0190010200,
        0x90a049400c201084, 0x424814401410306, 0xd345925080043004, 0xdc0a24571404904, 0x4122740400800440,
        0x1360441808e20428, 0xc0001140005002d, 0xd0d2140009004a6b, 0xa807b05080a418a1, 0x103060590208c609,
        0xa8e58084a4aa44c2, 0x404480120813c20, 0x811c08001ccc2900, 0xe14a201e0a44041, 0x284000144b0b1812,
        0xa05200846008122, 0x4000a80c880001, 0xd9c49805291433a, 0x210a0a874001530, 0x5032544e0213,
        0x20c114a500028117, 0xc401000010901403, 0x4710182af0002428, 0x85441829f833848, 0x123026b148082620,
        0x304246883088090c, 0x311390008100f289, 0x1034512190508004, 0x22195000100804a5, 0x94ad22986721a70,
        0x820e01301304830c, 0x1d22000220300030, 0x6051406a0812024, 0xd022011bc811899b, 0x7128e4d0301092a1,
        0x64011500080389b4, 0x6010442820cc051, 0x33d808120427220, 0x8009501632000ec2, 0x1122a94042c01800,
        0x819080560060081c, 0x480b006ac0a3a0, 0x8086000403853200, 0x4b4200043a98018a, 0x81108150ea41f000,
        0x41280a0650814c00, 0x1240080078000241, 0xb0c043411228100a, 0x428cc1c100c589, 0x3002038002240000,
        0x40108a014c830900, 0x290a200031006502, 0x238c222001400028, 0x21495050064a7150, 0xe20580087c314838,
        0x4925880020820800, 0x6021880e0494010c, 0x840491046828244, 0x22ad542020841803, 0xa354086c581083,
        0x4d41488000025c9, 0x281003424588186, 0xc250408084192647, 0x4a078280881d2dc, 0x4910280b4012124,
        0x182281704a020a92, 0x4210145021a14814, 0x1ca9c10a81185aa0, 0x2142300268088, 0x2241820201c12084,
        0xc00834ca4348011, 0x48a6404981215a02, 0x1166004290a7e89, 0x213c438a00280d, 0x4808441208042a2,
        0x11804a5040040608, 0x40ab54140040330, 0xe00f34444e848c3, 0x51d1c00001348500, 0x494b082880c80200,
        0x8c6200922270422, 0x1202301082080048, 0xc00441421c050340, 0x60b030c08059402, 0xc1120a9815080080,
        0x28044a00140ed822, 0xe053120040ea8420, 0xa94002a200004c00, 0x2881100516002210, 0xcb09006250061940,
        0x40110a605ab8133, 0x101040c800118050, 0xd011040023c06582, 0xc0e1500012021c14, 0x43511080850c9110,
        0x4302101800187821, 0x8f40943200a40, 0x81004a15458001, 0x80c0142a34023210, 0x160a400000108c00,
        0x296862a22300028, 0x48a0498a11080094, 0x802024ee38008288, 0x80080102a4584818, 0x480654600040881,
        0x402b015030008088, 0x8041240388003000, 0x110a08140c110334, 0x51801b0024037208, 0xc870220a2400a21,
        0x40ac844ac093481, 0x2002890442420030, 0x1868a00220216008, 0x3488040114a1080, 0x72a00084001123,
        0x612ae1208884422, 0x1a21001902350a44, 0x13900a84401044da, 0x1151a1098001500a, 0x2808b83050004834,
        0x28020c400048449a, 0x90008164a8c5510, 0x4768234d001b582, 0x15509202020700, 0xc80400c503246220,
        0x29406206dc4274, 0xbce08038082c9a02, 0x4a00090ad7002910, 0x800100890205aa10, 0x800402a8184c844,
        0x824802048882180, 0xe05a62301040210c, 0x80c088088a0403, 0xa000d00c80480390, 0x24222104002f24,
        0x2802802580001060, 0x12912054242020c4, 0x4043008011500081, 0x124100822222d21, 0xc0280400000a1043,
        0x2320606522844808, 0x40260000f1100210, 0xb004001a258b09, 0x404445104100241, 0x2402305628052603,
        0x42000202a041c21, 0x7002a4280201023c, 0x2010140081812b4, 0x40802c9203b7260, 0x109021680184920,
        0x34082304040254a9, 0x4012005002c85442, 0x90c38024882b9400, 0x11a009084999d20, 0xe0203425f3ac5082,
        0x91128c00c204000, 0x406601295028d446, 0x10ac20acd011260, 0x2000104204223148, 0x2800e94037ae08a,
        0x4d4449950221940, 0xa279c3045801030, 0x86a1400002810960, 0x2090452e844b0016, 0x5d000a81685300,
        0x9058100500402140, 0xc1ad9b28a1402800, 0x88c41072404c2003, 0x450e0c06c240612, 0x938100802d40115,
        0x400ac4212505000b, 0x5a0a0d54c11a1a72, 0x60a88020080901a0, 0x302004043810ca00, 0x111302150c20c,
        0x848b10180a548c85, 0x489320081662a12, 0x160804884a3f109, 0x4420010509252080, 0x100a0c204f2208,
        0x25a72143d2417200, 0x40938586a2d4021, 0x43002840a1800705, 0x2b7240052c812006, 0x1480a030b280908c,
        0x8700ce1084500408, 0x401290890014402, 0x14808550182184e, 0x403211200004222, 0x44200b024840020,
        0x8106aa8840009020, 0xa621081604e1000, 0x9020880122899040, 0x840001504081dc00, 0x8ed84016400a0500,
        0x111602684408804, 0x8a81400001491910, 0x1ae60a00c4c290ce, 0x414a000440005d01, 0x2a14320044502c80,
        0x800400e801094a51, 0x801054a0446a2295, 0xc09280a00022410, 0xa01230f0428590, 0x120e8021000095e,
        0xca08184241e49c89, 0x3080528cc080901, 0x4200d008d1350050, 0x4031240084058010, 0x1200730001284094,
        0x61800011896c4010, 0x200c01982820800, 0x1420590622c56086, 0x4200021c028102e2, 0x14ee122a90011c02,
        0xa9548ca010080, 0x404286041047283, 0x2c020b408a0c0c8a, 0x223010082444b20, 0x5080980a204400,
        0xb50f009164080448, 0x6c0c0ab25582, 0x3509a0050a53144a, 0x480204a100100798, 0x2961061924284219,
        0x51520059400d0bb, 0x103005081232c43, 0x12423543028001e, 0x20800214031a2740, 0xa3411a0958405909,
        0xc011200193634140, 0x2040a0204283db2, 0x2080028505088103, 0x42162800b0881414, 0x609902040128670,
        0x3a101220260c9034, 0x521680f41a086, 0x1b44808440000004, 0x60813914228830, 0x50052500e8928961,
        0x97a011d804b02110, 0x84600b604080020, 0x5082020008b00250, 0xf0a492c28491, 0x142391888101406a,
        0x2aaa00a20042080, 0x200500d0015240, 0x528a8c2c220c0424, 0x2a28084a080a48c8, 0xe2e00412a2002484,
        0x2002d2020210c0f2, 0xd4500010222010ba, 0x94132038410c0051, 0x7008004404a31ba4, 0x52021051000081a,
        0x1001601008311032, 0xc09040142442a, 0xc00b28d450044008, 0x11180c210b945250, 0x2e10969006e05109,
        0x761a10510404182, 0x808a44408a0c40, 0x2a84183055054016, 0xa090020482753061, 0x9146009080a1520,
        0x310068b043008102, 0x602907521880c0, 0x8214040105278400, 0x2980a940086062, 0xa1302000100a448,
        0x2001494000022850, 0x28046ad1204c613, 0x8408488221000840, 0x1ac44c8550008111, 0x48a514404530e002,
        0x5bb300210041e00c, 0x655c04828048c400, 0x6020904025022004, 0x684e020084f90087, 0x4831115282040021,
        0x4c91001168414aa2, 0x49010a8328022a0, 0x5812006900261242, 0x94b100242ad44163, 0xa80010280101283,
        0x4002c0012080162c, 0x50100a6b1200b284, 0x20700802a0f62820, 0xc2071c2208889aa8, 0x20c4d048b096042,
        0x31420a2cc0a10142, 0xa02a088512200084, 0x508a820cd14c008, 0x80501404440210b1, 0x3800000032081080,
        0x14108a8040029709, 0xa340421b61084010, 0x548000c0008a0d01, 0x8561189460c08022, 0x897027090091509,
        0x861839040100072, 0x8906235840484e20, 0x101004ad00021000, 0xd010002c1c63001, 0x32f8538800ccc110,
        0x4000422414b2a40d, 0x1bdd024a01806084, 0x8810204904822500, 0x6f183d0161281144, 0x208054848445a811,
        0x59c0000498032041, 0xed00211008a44, 0x961d4a02001a1215, 0x2140c2610ac0a9, 0x402582488c82580d,
        0x24125009b2214220, 0x810c0d004b901014, 0x91b081d50404a004, 0x20810400090e200, 0xc882211121285001,
        0x10002486e401520, 0x8a28081020242001, 0x1440a5ea808c201, 0x104919010c904210, 0x8c812a1022998000,
        0x4640869d82000a03, 0x2412a88080882304, 0x80119500a004919a, 0x25017e1401020154, 0xd10c28d300a01044,
        0x19644c5644121020, 0x6a56c98d40232502, 0x4041804212101088, 0x9480420522241418, 0x280081b6282ad14,
        0xa1443001233010d0, 0x80018ad40406004, 0x8e69001c14108448, 0x3854808480000c4, 0x22a848a0818207a0,
        0x46a10000104e3ad2, 0x201145a124328c98, 0x140004200f236, 0x69040030000d114c, 0x3048402a22161805,
        0x2029021c4022a00, 0xc828c20219120000, 0xc20132d12507019, 0x8040d8a00ca020, 0x202141043080c04,
        0x400050c963850a21, 0x99801548f9104100, 0x18a8d1e20885203, 0x143200064a426002, 0x4202f054005330b2,
        0x9083354001203080, 0x32f2c60104744254, 0x1422210b21d10400, 0x204aa90080123200, 0x5c0425d8023c0120,
        0x20a0047512a0c082, 0x524813080810000a, 0x30700411968009a8, 0xc44006a120280009, 0x298102940248403b,
        0xa402802831a11171, 0x30d100124a00d100, 0x510031d00a1016c, 0x518c4a404298844e, 0x2114118121008900,
        0xca000718804c1c32, 0xe1041040300540, 0x187420126480c400, 0x104c50280c090260, 0x8391694100580613,
        0x80c0702ca5040438, 0x10421658e00440, 0x10e016ca40108212, 0xc730001891060404, 0x510443810188048,
        0x82a100308000510, 0xe48025220d89ea05, 0x208885921029090a, 0x44ad1900a400b880, 0x9018080c102744,
        0x1308c02200532800, 0x412017602208a700, 0x202003128b11960b, 0x24d8a00401a382b4, 0x901081210584408d,
        0x448800404c0b1434, 0x6007000826210820, 0x4282425230060232, 0xd6088045048c2163, 0x9310090088125087,
        0x64428604c0005008, 0x21c8911022c4983c, 0x3c0202940a0c06c0, 0xd0422500448800c, 0x28400024000f7580,
        0x50402a04182201c0, 0x89841089202d0462, 0x2848021004bc3406, 0x8c10a0130c000040, 0x490274433802818a,
        0x340018a930206100, 0xa3051264482000c, 0x82894836308030a0, 0x4401296be040600, 0x20a1702a00000013,
        0x51d428042a1082, 0x295088500268561, 0xe90dd100400511c0, 0x39020805046140, 0x4044129a10d4c006,
        0x2492910000100908, 0x420eb026c0021010, 0x240820a99018c848, 0x94d1224010102086, 0x1c00041840408009,
        0x4045511004142431, 0x12a151002d9a1202, 0x6420408a80205284, 0x6a2450404a02e27, 0x940000c08e1012ac,
        0x86a500210e56c1, 0x10a0042918c5c31, 0x205610406444901, 0x5629811c8c91c807, 0x21218124600e6601,
        0x400b0054a291500c, 0x644094011f284476, 0x9210e5441e54100, 0x302019508404020, 0x4248e01a821108c,
        0x11080b4148c00802, 0x40420293004a0032, 0x8cd0212881098428, 0xa5622a408ba04c2, 0x80a183011001a010,
        0x83dea044400a0400, 0x23012b0108008060, 0x544820c2881480, 0x1088410892326008, 0x4420708817112013,
        0x2080824801221550, 0x91a048036482046, 0xac01550021210054, 0x5088024a02128050, 0x8cb0a16085280b07,
        0xa4a040488054a410, 0x30010990054a0a07, 0x8501900284d4404b, 0x898808120490a02, 0x98201a122608a122,
        0x8800012004402a14, 0x82c10036001f7000, 0x9509540cb083200, 0x90831c80205405a2, 0x418105422d04450d,
        0x548212308c402a22, 0x5800401e084a488, 0x7840219ca8442208, 0x820ea4803c0448, 0x407cc31000201820,
        0x8e920ea44482a, 0xb140a55008040840, 0x11ac220c02814880, 0x9280b020207200, 0x1112101000290408,
        0xf80894100c61801, 0x3e4000b4d02609a0, 0xa6120040004d486, 0x2284018801011508, 0x100001064a0a194,
        0x8a9020891010590a, 0x8c02120e40107a83, 0x4046030005024750, 0x2800400051080689, 0x691002040206053,
        0xa64068026088740, 0x1e308052285b82, 0x1241118010845662, 0x1b2c00a0804b6805, 0x24058425640080c,
        0xa091400111210041, 0x4200524214100014, 0x20800c1822342001, 0x5281011a80840945, 0xa520050521020c02,
        0x2001508200c0080, 0x22d016a94148005, 0x200a84a2fa412d01, 0x1084d4101041800, 0x44222b4822202100,
        0x2a20000500a301, 0x48093d4200a48284, 0xe118007420200c8a, 0x1002101002860485, 0x272a204440604886,
        0x4400a600b4019b, 0x210218080a361010, 0x81b20690e1a20028, 0xb3040040c001540a, 0x245418d080901128,
        0x8900820f28034152, 0x14b00100000341a, 0x52081841002000, 0x222002801289302a, 0x1015208108a0461a,
        0x643122100228c180, 0x408008141a00a48, 0x24408e0d48aa818, 0x608109411bda980f, 0x128090862182c015,
        0x29204c08f664a122, 0xe8406603ba0e7089, 0x3a0c04b920920212, 0x22820a1404429145,
    },
    .middle = {
        -2.75788856F, 0.511436462F, 0.499582291F, -3.00401044F, -4.10776043F, 1.06946278F, 1.33294261F,
         0.0285340324F, 0.33419019F, 0.356660634F, 0.10273806F, 2.76892853F, 0.0951945931F, 0.790956497F,
         0.716315269F, 0.903402448F, 2.84498215F, 0.354988098F, 0.345173359F, 8.13206387F, 0.320827901F,},
    .scale = {
        1.61034858F, 1.59129405F, 1.13435292F, 0.572891295F, 0.967450142F, 2.29905057F, 0.799359918F,
         9.26945114F, 0.673882842F, 7.80210972F, 11.3586082F, 0.596209049F, 3.03436279F, 7.0313983F,
         3.91234374F, 5.44467163F, 0.279745549F, 1.46896756F, 0.711084723F, 0.389078975F, 6.11860752F,},
    .hidden = {
        {0.496456593F, 0.159538269F, 0.122987203F, -0.414053559F, 0.0486682169F, 0.151721627F, 2.46976805F,
         0.158225715F, 0.354248464F, 0.0629303306F, -0.114338145F, 0.207215071F,},
        {0.112294704F, 0.370166779F, 0.293768942F, -1.39324701F, 0.415162235F, 0.201457769F, -2.15330291F,
         0.322159737F, 0.441632658F, 0.0822279304F, -0.0718762055F, 0.289926022F,},
        {-0.578169703F, 0.343440056F, 0.217070594F, -1.27388871F, 0.535775483F, 0.108523436F, -1.19955969F,
         0.204101965F, 0.219587475F, 0.0408556536F, -0.0660415664F, 0.158095464F,},
        {-0.47330153F, 0.02969083F, 0.0753705353F, -0.568337739F, -0.233403876F, 0.112086438F, 0.744095683F,
         0.0796046779F, 0.22650826F, 0.0555184074F, -0.0926126093F, 0.10405238F,},
        {-0.802278638F, -0.195316032F, -0.0777076632F, -1.0004189F, -0.19347541F, 0.15335013F, 0.192188933F,
         0.0112589961F, 0.243547782F, 0.0234970152F, -0.185800925F, 0.224909753F,},
        {0.881070673F, 0.1049297F, -0.0371410847F, 0.349104643F, 0.607438922F, -0.110355146F, 0.0493427627F,
         -0.0543848462F, -0.240102187F, -0.0578442179F, 0.0207098685F, -0.0910934731F,},
        {-0.885844707F, 0.0233246945F, -0.0716982037F, 0.265824288F, 0.414813161F, -0.0858841762F, 0.157193765F,
         -0.0744140446F, -0.192793772F, -0.0445824452F, 0.0474673957F, -0.0786330253F,},
        {-0.0557328574F, -0.0854522213F, 0.0052834102F, -0.421305597F, -0.637223065F, 0.00177187088F, -0.796623886F,
         -0.0123959305F, -0.0557248294F, -0.024871707F, 0.0129031464F, 0.0212827586F,},
        {0.7740224F, 0.0178427547F, 0.0465900414F, -0.481052279F, 0.0748933405F, -0.0289220493F, -0.399745375F,
         0.0430332161F, -0.124828622F, -0.011760626F, -0.0393852629F, -0.0137804039F,},
        {-0.077609621F, -0.06588725F, -0.0681807101F, -0.0684908181F, 0.149636835F, -0.130984783F, 0.482019693F,
         -0.0723774582F, -0.200115427F, -0.0633750707F, -0.142373741F, 0.00597013347F,},
        {-0.0631029457F, -0.288405478F, -0.279646248F, -0.248935103F, -0.237475514F, 0.0582253262F, -0.280916959F,
         -0.111520573F, 0.10944128F, 0.0102216266F, -0.00715952553F, 0.044919692F,},
        {-0.0621076822F, -0.0916732848F, -0.120223165F, -0.0907790586F, 0.0629177913F, -0.066076003F, -0.928747356F,
         -0.0859269053F, -0.125660047F, -0.0425294898F, 0.0664883927F, -0.0764902905F,},
        {-0.553589165F, -0.0478509851F, 0.0305298027F, -0.993405521F, 0.266492158F, 0.10448157F, -0.409622312F,
         0.193913534F, 0.407393306F, 0.0270156879F, -0.0388754308F, 0.0928253159F,},
        {-0.69572711F, -0.0859861374F, 0.0974546447F, -0.00134743168F, -0.190716371F, -0.027312709F, -0.0718559027F,
         0.176631317F, -0.280312449F, -0.0408113301F, 0.00026630229F, 0.075168319F,},
        {0.2443773F, 0.151525587F, 0.0482162386F, -0.209913716F, 0.296177953F, -0.00826796703F, -0.119443901F,
         -0.00675151963F, 0.0900973007F, -0.00913359225F, 0.10262616F, 0.0547396168F,},
        {0.137652859F, 0.177025095F, 0.194102049F, 0.153667822F, -0.0823526233F, 0.092463702F, 0.0301129892F,
         0.097587876F, 0.224002615F, 0.0203389246F, 0.185678855F, 0.109348707F,},
        {0.348783165F, -0.130026981F, -0.0783609673F, 0.746518552F, 0.00206186227F, -0.0437723026F, -0.296894133F,
         -0.0136535913F, -0.112155586F, -0.0226697847F, 0.0192475915F, -0.045489125F,},
        {-0.669108331F, -0.32690677F, -0.197339609F, 0.0695349723F, -0.44917351F, 0.153011918F, -1.45513868F,
         -0.155831978F, 0.0569092631F, 0.0536976792F, 0.0565297864F, -0.0264034085F,},
        {0.475366741F, 0.0105220405F, -0.0960492715F, -0.172720641F, 0.655668914F, -0.122005105F, -0.368572384F,
         -0.14778395F, -0.402227968F, -0.0552191958F, -0.0501606725F, -0.153561085F,},
        {0.89216131F, 0.0886892378F, 0.0904557705F, 0.243246198F, 0.272864282F, -0.0916238949F, -0.131102964F,
         0.119330011F, -0.22963953F, -0.0647250637F, 0.0553979203F, 0.0126476735F,},
        {0.449456662F, 0.0195861626F, 0.178822279F, 0.105251372F, -0.20499526F, -0.059447661F, -0.0899647623F,
         0.0830070451F, 0.0233832803F, -0.00156434742F, -0.0153489495F, 0.0940317512F,},
        {-2.20803547F, 0.448693961F, 0.461775035F, -0.576082945F, 0.748600662F, 0.116358906F, -2.1193285F,
         0.383153319F, 0.199796587F, 0.0558122732F, -0.0572272129F, 0.129156202F,},
    },
    .out = {
        0.88474822F, -0.652652562F, -0.543447435F, 0.930766702F, -1.2010994F, -0.27730456F, 2.07756424F,
         -0.49351269F, -0.721620262F, -0.127104893F, 0.255611777F, -0.384113252F, -2.95222926F,},
};
/* clang-format on */
