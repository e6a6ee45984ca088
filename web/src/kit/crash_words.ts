/** The words that may stay in the message of a crash report: as in src/call24/crash_reports/words.txt, which a test compares. */
export const WORDS = `
a abort aborted accept access accessed across after all already an and any argument arguments array as assign assigned
assignment async asynchronous at attempt attempted audio await awaited be because been before being between bigint
body boolean both broken buffer but by bytes cache call callable called callee calls cancelled cannot cause caused
changed character characters chunk circular class clear clone cloned close closed code column comparison component
connect connected connection connections constant constructor content convert converted coroutine could cross current
cycle database date deadline declared decode decoded default define defined delete deleted depth descriptor
destination destructure detached device did different directory disallowed disconnected document does domain download
dynamically each effect element empty encode encoded end ended endpoint enough entry enumerate error errors event
events exceeded exception exceptions exist exists expected expired export exports failed failure false fetch fetching
field fields file files float for format found frame from full function get getter given global group had handle
handler has hash have header headers host id if illegal import imported in incorrect index infinite initialization
initialize initialized input insecure instance int integer interface internal interrupted into invalid is iterable
iterate iterator its json key keys language large left length less limit line list load loaded loading local locked
long loop lost main many match maximum media memory message messages method microphone missing mode module more most
must name named network never new next no node none not nothing null number object objects of offline on once one only
open opened operation operator option optional or order origin other out outside own page parameter parent parse
parsed parsing path pattern peer pending permission permitted pipe play policy port positional prevented primary
private process promise properties property protected protocol provide provided quota raised range read readable
reading ready reason received recording redeclaration refused regular rejected rejection released remove removed
render replaced request requested require required reset resolve resolved resource response result return returned
running same schema scope script seconds security send sent server session set setter setting shape should signal size
slice socket source stack started state status stop stopped storage store stored stream strict string struct support
supported symbol syntax table task template terminated than that the their there this thread through throw thrown time
timed timeout to token too transaction transition tried trouble true tuple type types unable undeclared undefined
unexpected unhandled uninitialized unknown unpack unreachable unrecognized unsupported unterminated until update
updated url use used user using valid value values variable version wait waiting was were when where which while with
without worker write writing wrong yet zero AbortError Array ArrayBuffer AssertionError Assignment AttributeError
Boolean CancelledError Cannot ConnectionError Could DOMException Date Error EvalError Event EventTarget ExceptionGroup
Expected Failed FileNotFoundError Function HTTP HTTPS Importing IndexError Invalid JSON KeyError Load Map Maximum
MediaStream Missing MongoDB NaN Network NetworkError No None NoneType NotAllowedError NotFoundError NotSupportedError
Null Number OSError Object Out PermissionError Promise Proxy RTCPeerConnection RangeError ReferenceError RegExp
Request Response RuntimeError SIP Set String Symbol SyntaxError TLS The There This TimeoutError TypeError URIError URL
Unable Uncaught Undefined Unexpected Unhandled UnicodeError Unknown Unsupported ValueError WeakMap WebSocket Window
`
