"""What the interface itself says, in English and Chinese; replies are worded by the engine."""

from __future__ import annotations

from typing import Final

from assistant.conversation import Language

STRINGS: Final[dict[str, tuple[str, str]]] = {
    # Punctuation that data is put together with.
    "comma": (", ", "，"),
    "semicolon": ("; ", "；"),
    "colon": (": ", "："),
    "in_brackets": (" ({text})", "（{text}）"),
    # A card.
    "in_stock": ("in stock", "有货"),
    "out_of_stock": ("out of stock", "缺货"),
    "was": ("was {price}", "原价 {price}"),
    "sponsored": ("Sponsored", "广告"),
    "no_picture": ("(no picture)", "（没有图片）"),
    "reason": ("why: {reason}", "理由：{reason}"),
    "say_about": ("tell me about number {number}", "介绍一下第{number}个"),
    "say_about_title": ("tell me about {title}", "介绍一下{title}"),
    "say_add": ("add number {number} to my cart", "把第{number}个加入购物车"),
    "say_add_title": ("add {title} to my cart", "把{title}加入购物车"),
    "say_cart": ("show my cart", "看看购物车"),
    "say_profile": ("what do you know about me", "你都了解我什么"),
    # Panels and header.
    "cart": ("Cart", "购物车"),
    "cart_count": ("Cart ({count})", "购物车（{count}）"),
    "cart_empty": ("Nothing in it yet.", "还是空的。"),
    "subtotal": ("Subtotal", "小计"),
    "shipping": ("Shipping", "运费"),
    "shipping_free": ("free", "免运费"),
    "total": ("Total", "合计"),
    "profile": ("Profile", "我的偏好"),
    "guest": ("guest", "访客"),
    "profile_guest": (
        "You are a guest; nothing is remembered beyond this conversation.",
        "您是访客，这次对话之外什么也不会记住。",
    ),
    "profile_empty": ("Nothing remembered yet.", "还没有记住什么。"),
    "wish_prefer": ("{kind}: {values}", "{kind}：{values}"),
    "wish_never": ("never ({kind}): {values}", "不要（{kind}）：{values}"),
    "price_band": ("price", "价位"),
    "you_said": ("You told me", "您告诉过我"),
    "seems": ("From what you do", "从您的浏览看"),
    "language": ("English", "中文"),
    # The conversation.
    "you": ("You", "您"),
    "photo": ("Photo: {name}", "照片：{name}"),
    "photo_ready": (
        "Photo {name} goes with your next message. Enter alone sends just the photo.",
        "照片 {name} 会随下一句话发送；直接回车只发照片。",
    ),
    "photo_which": (
        "Which photo? Write /image and the path of a file.",
        "哪张照片？请写 /image 加文件路径。",
    ),
    "photo_missing": (
        "{path}: there is no such file. Check the path.",
        "{path}：没有这个文件，请检查路径。",
    ),
    "photo_large": (
        "{path}: larger than 20 MB. Send a smaller picture.",
        "{path}：超过 20 MB，请换一张小一点的。",
    ),
    "photo_unreadable": (
        "{path}: cannot be read. Check that you may open it.",
        "{path}：无法读取，请检查权限。",
    ),
    "handoff": ("A colleague takes over from here.", "接下来由同事为您服务。"),
    "source": ("source: {title}", "来源：{title}"),
    "thinking": ("One moment…", "请稍等…"),
    "opening": ("Opening the shop…", "正在开门…"),
    "queued": ("waiting", "排队中"),
    "failed": (
        "That didn't work, nothing was changed: {reason}",
        "没有成功，什么都没有改动：{reason}",
    ),
    "fault": (
        "something went wrong inside the assistant. Please try again.",
        "助手内部出了差错，请再试一次。",
    ),
    "unknown_command": (
        "There is no command {name}. /help shows them all.",
        "没有 {name} 这个命令，/help 列出全部命令。",
    ),
    "not_here": ("{name} is for the full-screen chat.", "{name} 只能在全屏界面使用。"),
    "suggestion_none": ("There is no suggestion {name}.", "没有第 {name} 条建议。"),
    "why_none": ("Nothing has been answered yet.", "还没有回答过什么。"),
    "why_title": ("How the last reply came about", "上一条回复是怎么来的"),
    "resumed": ("Your last conversation, continued.", "接着上次的对话。"),
    "resume_none": (
        "No earlier conversation was found; this is a new one.",
        "没有找到之前的对话，这是新的对话。",
    ),
    "new_done": ("A new conversation.", "新的对话开始了。"),
    "welcome": (
        "Ask for anything in the shop, in English or Chinese.",
        "想找什么都可以问，中文英文都行。",
    ),
    "welcome_keys": (
        "Enter sends; Tab goes to the products; F1 shows all keys.",
        "回车发送，Tab 选商品，F1 看全部按键。",
    ),
    "placeholder": ("What are you looking for?", "想找点什么？"),
    "copied": ("Copied.", "已复制。"),
    "quit_again": (
        "Press {pressed} again to leave. Everything you said is saved.",
        "再按一次 {pressed} 离开，对话都已保存。",
    ),
    "help_title": ("Keys and commands", "按键和命令"),
    "help_keys": ("Keys", "按键"),
    "help_commands": ("Commands", "命令"),
    "help_close": ("Esc closes this.", "按 Esc 关闭。"),
    "help_remap": (
        "Every key can be changed by its name, in {path}.",
        "每个按键都可以按名称修改，文件：{path}。",
    ),
    "keys_bad": ("{path}: {problem}", "{path}：{problem}"),
    "prompt": ("You: ", "您："),
    "plain_hello": (
        "{shop}. Say what you are looking for; /help shows the commands, /quit leaves.",
        "{shop}。请说想找什么；/help 看命令，/quit 离开。",
    ),
    "suggestions": ("You could say: {labels}", "您可以说：{labels}"),
    "goodbye": ("Goodbye.", "再见。"),
}


def say(key: str, language: Language, **facts: object) -> str:
    """The interface's text for `key`; `facts` fill its blanks and are never read as a template."""
    english, chinese = STRINGS[key]
    return (chinese if language == "zh" else english).format(**facts)
