"""What is said at the door: the password, and why somebody is not let in."""

from __future__ import annotations

from ui.words.said import Counted, Said, Spoken


class DoorWords(Spoken):
    """The page that asks for the password, and the guard's refusals."""

    password = Said("密码", "Password")
    enter = Said("进入", "Enter")
    logout = Said("退出", "Log out")
    wrong_password = Said("密码不对，请再输一次", "Wrong password, try again")
    too_many_tries = Counted(
        "密码输错太多次了，{count} 秒后再试",
        "Too many wrong passwords: try again in {count} second",
        "Too many wrong passwords: try again in {count} seconds",
    )
    foreign_name = Said(
        "这里不认识地址栏里的名字。改用 127.0.0.1 或 IP 地址打开；要用名字，重新运行：qa serve --allowed-host 名字",
        "The name in the address bar is not known here. Open the page by 127.0.0.1 or by an IP address; for a name, "
        "restart with: qa serve --allowed-host NAME",
    )
    foreign_page = Said(
        "只接受从这里打开的页面发来的请求。重新打开这一页；前面有代理的，让它转交原来的 Host，或加 --behind-proxy。",
        "Only requests of pages opened from here are taken. Open the page anew; a proxy in front has to pass the Host "
        "on, or take --behind-proxy.",
    )
    door_stuck = Said(
        "现在进不来：登录记录读写不了。稍后再试；不行就请管理的人看 qa serve 打印的说明。",
        "Nobody can come in now: the record of who logged in cannot be read or written. Try again later, or ask "
        "whoever runs qa serve what it printed.",
    )
