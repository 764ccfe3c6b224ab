// What the page says, in both languages.

const ZH = {
  title: "中文校对",
  private: "文本只在本机检查，不会发往别处",
  remote: (host) => `文本由 ${host} 检查，不会发往别处`,
  other: "English",
  otherLang: "en",
  editor: "编辑区",
  tools: "工具",
  open: "打开文件",
  undo: "撤销",
  undoKeys: "Ctrl+Z",
  redo: "重做",
  redoKeys: "Ctrl+Shift+Z",
  clear: "清空",
  copy: "复制",
  download: "下载",
  text: "要校对的文本",
  placeholder: "在此输入或粘贴中文，或把文件拖进来（文本、Word、Markdown、网页、字幕等）。错别字会标上波浪线。",
  keys: "Alt+↓ / Alt+↑ 或 F8 / Shift+F8：下一处 / 上一处　Alt+Enter：查看光标处",
  summary: "校对结果",
  open_errors: "待改",
  accepted: "已改",
  characters: "字数",
  threshold: "灵敏度",
  careful: "谨慎",
  recall: "多找",
  protected: "保护词",
  protect_new: "不要改动的词",
  add: "添加",
  drop: "松开即可打开文件",
  none: "无",
  ignore: "忽略",
  protect: "保护",
  protectWord: "保护的词",
  noCandidates: "没有候选字",
  checking: (left) => `正在检查，还剩 ${left} 字…`,
  checked: (count) => (count ? `检查完毕：${count} 处待改` : "检查完毕：没有发现错字"),
  acceptAll: (count) => (count ? `全部接受（${count}）` : "全部接受"),
  thresholdValue: (value) => `概率 ≥ ${value}`,
  more: (count) => `另有 ${count} 处`,
  tooLong: (count, limit) =>
    `文本有 ${count} 字，超过上限 ${limit} 字，未作检查。请分段校对，或用更大的 --max-characters 启动服务。`,
  fileTooLong: (name, limit) => `${name} 太大：上限是 ${limit} 字。文本没有改动。`,
  notText: (name) => `${name} 不是文本文件，没有打开。`,
  opening: (name) => `正在打开 ${name}…`,
  writing: (name) => `正在生成 ${name}…`,
  documentNote: (name) =>
    `${name}：在这里不能直接改字，只能接受或忽略建议。下载的文件只改所接受的字，其余与原文件逐字节相同。`,
  wordNote: (name) =>
    `${name}：在这里不能直接改字，只能接受或忽略建议。接受的改动在下载的文件里是修订和批注，其余与原文件相同。`,
  noPassages: (name) => `${name} 里没有可校对的文字。`,
  notOpened: (name, why) => `${name} 没有打开：${why}`,
  notWritten: (name, why) => `${name} 没有生成：${why}`,
  fileTooLarge: (name, most) => `${name} 太大：上限是 ${most} MB。文本没有改动。`,
  away: "连不上服务：请确认它还在运行，然后再试。",
  columns: (name) => `${name} 要读哪几列（键）？写名称或序号，用逗号隔开；* 为全部。`,
  openColumns: "确定",
  cancel: "取消",
  opened: (name) => `已打开 ${name}`,
  encoding: (name, encoding) => `${name} 按 ${encoding} 编码读入，下载时存为 UTF-8。`,
  copied: "已复制",
  cannotCopy: "浏览器不允许复制：已选中全文，请按 Ctrl+C。",
  downloaded: (name) => `已下载 ${name}`,
  acceptedOne: (source, target) => `已把“${source}”改为“${target}”`,
  acceptedAll: (count) => `已改 ${count} 处`,
  ignored: (source) => `已忽略“${source}”`,
  protectedOne: (word) => `已保护“${word}”`,
  unprotected: (word) => `不再保护“${word}”`,
  tooManyPhrases: (limit) => `保护词最多 ${limit} 个。`,
  removeProtected: (word) => `不再保护“${word}”`,
  learning: "学习",
  learningNote: "选几份没有错字的文件，让它认识里面的词。学到的对使用本服务的所有人有效，词也对他们可见；文件不保存。",
  learn: "从文件学习…",
  learned: "学到的词",
  doubted: "没有学：可能有错",
  times: (count) => `${count} 次`,
  learningNow: (count) => `正在从 ${count} 个文件学习…`,
  lesson: (characters, words) => `读了 ${characters} 字，新词 ${words} 个。`,
  notLearned: (why) => `没有学习：${why}`,
  tooManyFiles: (most) => `文件太多：一次最多 ${most} 个。没有学习。`,
  filesTooLarge: (most) => `文件太大：一次最多共 ${most} MB。没有学习。`,
  forget: (word) => `去掉“${word}”`,
  forgetAsk: (word) => `去掉学到的“${word}”？对使用本服务的所有人都会去掉，以后也不再学它。`,
  forgotten: (word) => `已去掉“${word}”`,
  undone: "已撤销",
  redone: "已重做",
  noErrors: "没有待改之处",
  busy: (seconds) => `请求太多，${seconds} 秒后继续检查。`,
  offline: "连不上服务：请确认它还在运行。稍后会自动重试。",
  errorTitle: (source) => `“${source}”可能有错`,
  reasons: {
    threshold: (score, threshold) => `概率 ${score}，阈值 ${threshold}`,
    similarity: () => "音形相近",
    confusions: () => "自定义的混淆词",
    variant: () => "繁体用字：这个词通常不写此字",
    flagged: () => "存疑：没有把握改成什么",
  },
};

const EN = {
  title: "Chinese proofreading",
  private: "Texts are checked on this machine and sent nowhere else",
  remote: (host) => `Texts are checked by ${host} and sent nowhere else`,
  other: "中文",
  otherLang: "zh-CN",
  editor: "Editor",
  tools: "Tools",
  open: "Open file",
  undo: "Undo",
  undoKeys: "Ctrl+Z",
  redo: "Redo",
  redoKeys: "Ctrl+Shift+Z",
  clear: "Clear",
  copy: "Copy",
  download: "Download",
  text: "Text to proofread",
  placeholder: "Type or paste Chinese text here, or drop a file: text, Word, Markdown, a web page, subtitles… Wrong characters get a wavy line.",
  keys: "Alt+↓ / Alt+↑ or F8 / Shift+F8: next / previous error · Alt+Enter: the one at the caret",
  summary: "Result",
  open_errors: "To decide",
  accepted: "Changed",
  characters: "Characters",
  threshold: "Sensitivity",
  careful: "careful",
  recall: "finds more",
  protected: "Protected words",
  protect_new: "A word to leave alone",
  add: "Add",
  drop: "Drop to open the file",
  none: "None",
  ignore: "Ignore",
  protect: "Protect",
  protectWord: "The word to protect",
  noCandidates: "No candidates",
  checking: (left) => `Checking, ${left} characters left…`,
  checked: (count) => (count ? `Checked: ${count} to decide` : "Checked: no error found"),
  acceptAll: (count) => (count ? `Accept all (${count})` : "Accept all"),
  thresholdValue: (value) => `probability ≥ ${value}`,
  more: (count) => `and ${count} more`,
  tooLong: (count, limit) =>
    `The text has ${count} characters, and the limit is ${limit}: it was not checked. Check it in parts, or start the server with a higher --max-characters.`,
  fileTooLong: (name, limit) => `${name} is too large: the limit is ${limit} characters. The text was left as it is.`,
  notText: (name) => `${name} is not a text file and was not opened.`,
  opening: (name) => `Opening ${name}…`,
  writing: (name) => `Writing ${name}…`,
  documentNote: (name) =>
    `${name}: it cannot be typed in here; accept or ignore what was found. In the download only what you accept is changed, and every other byte is as it was.`,
  wordNote: (name) =>
    `${name}: it cannot be typed in here; accept or ignore what was found. In the download what you accept is a tracked change with a comment, and all else is as it was.`,
  noPassages: (name) => `There is no text to check in ${name}.`,
  notOpened: (name, why) => `${name} was not opened: ${why}`,
  notWritten: (name, why) => `${name} was not written: ${why}`,
  fileTooLarge: (name, most) => `${name} is too large: the limit is ${most} MB. The text was left as it is.`,
  away: "The server does not answer: see whether it is still running, and try again.",
  columns: (name) => `Which columns (keys) of ${name} are to be read? Names or numbers, between commas; * for all.`,
  openColumns: "OK",
  cancel: "Cancel",
  opened: (name) => `Opened ${name}`,
  encoding: (name, encoding) => `${name} was read as ${encoding}; the download will be UTF-8.`,
  copied: "Copied",
  cannotCopy: "The browser does not allow copying: all is selected, press Ctrl+C.",
  downloaded: (name) => `Downloaded ${name}`,
  acceptedOne: (source, target) => `Changed “${source}” to “${target}”`,
  acceptedAll: (count) => `Changed ${count}`,
  ignored: (source) => `Ignored “${source}”`,
  protectedOne: (word) => `Protected “${word}”`,
  unprotected: (word) => `No longer protected: “${word}”`,
  tooManyPhrases: (limit) => `At most ${limit} words can be protected.`,
  removeProtected: (word) => `Stop protecting “${word}”`,
  learning: "Learning",
  learningNote: "Choose files without errors, and the words in them are known. What is learnt holds for everybody who uses this server, and its words are seen by them; the files are not kept.",
  learn: "Learn from files…",
  learned: "Learnt words",
  doubted: "Not learnt: may be wrong",
  times: (count) => `${count}×`,
  learningNow: (count) => `Learning from ${count} ${count === 1 ? "file" : "files"}…`,
  lesson: (characters, words) => `Characters read: ${characters}. New words: ${words}.`,
  notLearned: (why) => `Nothing was learnt: ${why}`,
  tooManyFiles: (most) => `Too many files: at most ${most} at a time. Nothing was learnt.`,
  filesTooLarge: (most) => `The files are too large: at most ${most} MB at a time. Nothing was learnt.`,
  forget: (word) => `Take out “${word}”`,
  forgetAsk: (word) => `Take out “${word}”? It is taken out for everybody who uses this server, and not learnt again.`,
  forgotten: (word) => `Taken out: “${word}”`,
  undone: "Undone",
  redone: "Redone",
  noErrors: "Nothing to decide",
  busy: (seconds) => `Too many requests: checking goes on in ${seconds} seconds.`,
  offline: "The server does not answer: is it still running? The page will try again.",
  errorTitle: (source) => `“${source}” may be wrong`,
  reasons: {
    threshold: (score, threshold) => `probability ${score}, threshold ${threshold}`,
    similarity: () => "sounds or looks alike",
    confusions: () => "one of your own confusions",
    variant: () => "not the usual Traditional form in this word",
    flagged: () => "doubtful: no sure correction",
  },
};

export const LANGUAGES = { "zh-CN": ZH, en: EN };

let current = ZH;

export function say(name, ...values) {
  const entry = current[name];
  return typeof entry === "function" ? entry(...values) : entry;
}

export function sayReason(error, threshold) {
  const known = current.reasons[error.reason];
  return known ? known(percent(error.score), percent(threshold)) : (error.detail ?? "");
}

export function percent(probability) {
  // What is below 1 must not look certain.
  const shown = probability < 1 ? Math.min(probability, 0.9999) : 1;
  return `${(Math.floor(shown * 1000) / 10).toFixed(1)}%`;
}

export function useLanguage(code) {
  current = LANGUAGES[code] ?? ZH;
  document.documentElement.lang = LANGUAGES[code] ? code : "zh-CN";
  document.title = `${current.title} · spacy_sdcl`;
  const targets = { text: "textContent", placeholder: "placeholder", title: "title" };
  for (const [kind, property] of Object.entries(targets)) {
    for (const element of document.querySelectorAll(`[data-${kind}]`)) {
      element[property] = current[element.dataset[kind]];
    }
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", current[element.dataset.label]);
  }
}
