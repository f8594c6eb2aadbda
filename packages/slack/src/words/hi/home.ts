import type { home as english } from '../en/home.ts'
import type { Text } from '../words.ts'

/** The home, and help. */
export const home: Readonly<Record<keyof typeof english, Text>> = {
  'home.title': 'Movoice कॉल',
  'home.call': 'कॉल करें',
  'home.batch': 'बहुत लोगों को कॉल',
  'home.settings': 'सेटिंग',
  'home.quota': 'आपने पिछले 24 घंटे में *{limit}* में से *{used}* कॉल कीं।',
  'home.quota_free': {
    one: 'आपने पिछले 24 घंटे में *{count}* कॉल की।',
    other: 'आपने पिछले 24 घंटे में *{count}* कॉल कीं।',
  },
  'home.off': ':no_entry: एडमिन ने *कॉल बंद* की हैं।',
  'home.recent': 'आपकी हाल की कॉल',
  'home.none': 'आपने अभी कोई कॉल नहीं की।',
  'home.page': 'कॉल {first}–{last}, कुल {count}',
  'home.newer': 'नई',
  'home.older': 'पुरानी',
  'home.hours': 'कॉल {from} से {until} तक की जाती हैं, जिसे कॉल की जाती है उसके समय से।',
  'home.support': '<{url}|मदद लें>',
  'home.help': 'किसी भी चैनल में `{call}` या `{umbrella} help` लिखें।',
  'home.key_missing': ':key: *अभी Movoice API कुंजी नहीं है।* कोई एडमिन सेटिंग में डाल सकता है।',
  'help.text': [
    '*कॉल करना*',
    '`{call} +91 98765 43210 agent name="Asha Rao"` · पहले पूछता है, फिर कॉल करता है',
    '`{call}` · फ़ॉर्म',
    '`{umbrella} batch` · CSV फ़ाइल के सब लोगों को कॉल',
    'किसी भी संदेश के मेन्यू में *Call this number*',
    '',
    '*देखना*',
    '`{umbrella} status &lt;id&gt;` · एक कॉल',
    '`{umbrella} calls status=failed agent=… from=2026-11-01` · कई कॉल',
    '`{umbrella} agents` · `{umbrella} agent &lt;आईडी या नाम&gt;`',
    '',
    '*एडमिन के लिए*',
    '`{umbrella} settings` · कौन कॉल करे, सीमाएँ, समय, “कॉल न करें” सूची',
  ].join('\n'),
}
