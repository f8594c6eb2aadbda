import type { failures as english } from '../en/failures.ts'
import type { Text } from '../words.ts'

/** Failures: cause and next step; a reference follows. */
export const failures: Readonly<Record<keyof typeof english, Text>> = {
  'fail.InvalidRequestError':
    'Movoice ने अनुरोध नहीं माना: “{message}”। कोई कॉल नहीं की गई। सुधारें और फिर कोशिश करें।',
  'fail.ValidationError': 'अनुरोध में कुछ ठीक नहीं है: “{message}”। कोई कॉल नहीं की गई। सुधारें और फिर कोशिश करें।',
  'fail.UnauthorizedError':
    'Movoice इस वर्कस्पेस की API कुंजी नहीं मानता। कोई कॉल नहीं की गई। कोई एडमिन नई डाल सकता है।',
  'fail.ForbiddenError':
    'इस वर्कस्पेस की API कुंजी को इसकी अनुमति नहीं है। कोई कॉल नहीं की गई। कोई एडमिन दूसरी कुंजी डाल सकता है।',
  'fail.NotFoundError': 'Movoice में इस आईडी का कुछ नहीं है। जाँचें।',
  'fail.ConflictError': 'Movoice के अनुसार यह कॉल पहले ही की जा चुकी है। दूसरी नहीं की गई।',
  'fail.UnprocessableError': 'Movoice यह नहीं कर सका: “{message}”। कोई कॉल नहीं की गई। क्या एजेंट चालू है?',
  'fail.RateLimitedError': 'Movoice अभी और कॉल नहीं लेता। कोई कॉल नहीं की गई। {seconds} सेकंड बाद कोशिश करें।',
  'fail.ServerError': 'Movoice में ख़राबी थी। कुछ मिनट बाद कोशिश करें।',
  'fail.ConnectionError': 'Movoice तक पहुँच नहीं हुई। कोई कॉल नहीं की गई। कुछ मिनट बाद कोशिश करें।',
  'fail.TimeoutError': 'Movoice ने समय पर जवाब नहीं दिया। कुछ मिनट बाद कोशिश करें।',
  'fail.OutcomeUnknownError':
    'Movoice का जवाब साफ़ नहीं था, इसलिए शायद कॉल हो गई हो। उसे दूसरी बार नहीं किया गया।',
  'fail.UnexpectedResponseError': 'Movoice का जवाब पढ़ा नहीं जा सका। कुछ मिनट बाद कोशिश करें।',
  'fail.no_key': 'इस वर्कस्पेस के लिए Movoice API कुंजी नहीं है। कोई एडमिन `{umbrella} settings` में डाल सकता है।',
  'fail.card': 'कार्ड {where} में दिखाया नहीं जा सका, इसलिए कॉल नहीं की गई। ऐप को चैनल में बुलाएँ और फिर कोशिश करें।',
  'fail.kill_switch': 'इससे पहले कि यह कॉल लगती, कॉल बंद कर दी गईं। किसी को कॉल नहीं गई।',
  'fail.interrupted': 'कॉल लगने से पहले यह ऐप रुक गया। किसी को कॉल नहीं गई।',
  'fail.token':
    'इस वर्कस्पेस में ऐप की पहुँच समाप्त हो गई और बढ़ाई नहीं जा सकी। किसी एडमिन से ऐप फिर से इंस्टॉल करने को कहें।',
  'fail.other': 'यहाँ कुछ गड़बड़ हुई। बनी रहे तो एडमिन को संदर्भ बताएँ।',
  'fail.reference': 'संदर्भ `{reference}`',
}
