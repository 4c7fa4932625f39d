"""The sentences about points, regions and sales areas: rule → {"en", "zh"}."""

# ruff: noqa: E501  (Chinese characters count double)

from __future__ import annotations

POINT_MESSAGES = {
    "coordinates_swapped": {
        "en": "Longitude and latitude look swapped ({value}). Write the longitude, which in China is 73 to 136, into the "
        "column of the longitude.",
        "zh": "经度和纬度似乎填反了（{value}）。中国的经度在73至136之间，请填入经度列。",
    },
    "columns_swapped": {
        "en": "In {count} of {total} rows longitude and latitude are swapped: the two headers stand over each other's "
        "columns. Exchange the two headers and upload the file again.",
        "zh": "{total}行中有{count}行的经纬度相反：两列的表头写反了。请对调这两个表头后重新上传。",
    },
    "coordinates_incomplete": {
        "en": "Only one of longitude and latitude is filled in. Give both, or neither.",
        "zh": "经度和纬度只填了一个。请都填写，或都留空。",
    },
    "coordinates_zero": {
        "en": "0, 0 lies in the Gulf of Guinea. Leave both cells empty if the place is not known yet.",
        "zh": "0, 0位于几内亚湾。如位置未知，请将两个单元格留空。",
    },
    "coordinates_out_of_range": {
        "en": "{value} is beyond the globe: longitude runs to 180, latitude to 90. Correct it.",
        "zh": "{value}超出范围：经度最大180，纬度最大90。请更正。",
    },
    "coordinates_not_a_number": {
        "en": "{value} is not a number of degrees. Write it like 104.0633.",
        "zh": "{value}不是度数。请按104.0633这样填写。",
    },
    "coordinates_outside": {
        "en": "The point {value} lies outside China. Check both numbers.",
        "zh": "点{value}不在中国境内。请检查两个数字。",
    },
    "coordinates_missing": {
        "en": "There are no coordinates. The row is placed in {stated}, which it states, but gets no point on the map. Add "
        "longitude and latitude if they are known.",
        "zh": "没有坐标。已按所填的{stated}归入行政区，但地图上没有点位。如知道经纬度请补充。",
    },
    "place_missing": {
        "en": "There are no coordinates, and no region that is known is stated: the row gets no county and no sales area. Add "
        "longitude and latitude, or province, prefecture and county.",
        "zh": "没有坐标，也没有可识别的行政区：该行没有区县和片区。请补充经纬度，或省、市、区县。",
    },
    "no_coordinate_columns": {
        "en": "There are no columns for coordinates, so no row gets a point on the map. Add the columns “Longitude” and "
        "“Latitude”, or say which of your columns they are.",
        "zh": "没有坐标列，所有行在地图上都没有点位。请增加“经度”“纬度”列，或指定对应的列。",
    },
    "shared_point": {
        "en": "{count} rows have the same point {value}: this one and rows {others}. One of them was probably copied; give "
        "each its own coordinates.",
        "zh": "共有{count}行坐标相同（{value}）：本行与第{others}行。可能是复制来的，请填写各自的坐标。",
    },
    "likely_other_datum": {
        "en": "Of {tried} rows that were compared, {fits_now} lie in the region they state when the points are taken as "
        "{value}, but {fits} when taken as {better}. The file is probably in {better}; choose that datum ({option}) and check "
        "again.",
        "zh": "比较了{tried}行：按{value}有{fits_now}行落在所填行政区内，按{better}则有{fits}行。文件坐标很可能是{better}，"
        "请改选该坐标系（{option}）后重新检查。",
    },
    "header_names_other_datum": {
        "en": "The header “{value}” speaks of {said}, but {datum} was chosen. Choose {said} if that is what the numbers are; "
        "a wrong datum shifts every point by about 400 m or more.",
        "zh": "表头“{value}”写的是{said}，但选择的是{datum}。若坐标确为{said}请改选；坐标系选错会使所有点位偏移约400米或更多。",
    },
}
REGION_MESSAGES = {
    "outside_province": {
        "en": "The point {value} lies in {found}, {km} km outside {stated}, the province that the row states. The point "
        "decides; correct the coordinates or the province.",
        "zh": "点{value}位于{found}，在所填省份{stated}之外{km}公里。以坐标为准归入行政区，请更正坐标或省份。",
    },
    "outside_prefecture": {
        "en": "The point {value} lies in {found}, {km} km outside {stated}, the prefecture that the row states. The point "
        "decides; correct the coordinates or the prefecture.",
        "zh": "点{value}位于{found}，在所填地市{stated}之外{km}公里。以坐标为准归入行政区，请更正坐标或地市。",
    },
    "outside_county": {
        "en": "The point {value} lies in {found}, {km} km outside {stated}, the county that the row states. The point "
        "decides; correct the coordinates, their datum ({datum} was chosen) or the county.",
        "zh": "点{value}位于{found}，在所填区县{stated}之外{km}公里。以坐标为准归入行政区，请更正坐标、坐标系（所选为{datum}）或区县。",
    },
    "nowhere": {
        "en": "The point {value} lies in no county of the map (at sea or beyond the border), and no region is stated: the row "
        "gets no county. Correct the coordinates.",
        "zh": "点{value}不在地图上的任何区县内（海上或境外），也没有填写行政区，该行没有区县。请更正坐标。",
    },
    "nowhere_but_stated": {
        "en": "The point {value} lies in no county of the map (at sea or beyond the border), {km} km outside {stated}. The row "
        "is placed in {stated}, which it states; correct the coordinates.",
        "zh": "点{value}不在地图上的任何区县内（海上或境外），距{stated}{km}公里。已按所填的{stated}归入行政区，请更正坐标。",
    },
    "region_unknown": {
        "en": "No region is called “{value}”. Write its full name of today or its six-digit code.",
        "zh": "没有名为“{value}”的行政区。请填写现行全称或六位代码。",
    },
    "region_elsewhere": {
        "en": "There is no “{value}” in {around}, which the row states; there is {found}. Correct one of the two.",
        "zh": "所填的{around}没有“{value}”；有{found}。请更正其中一个。",
    },
    "region_ambiguous": {
        "en": "“{value}” can mean {candidates}. Write the full name or the six-digit code.",
        "zh": "“{value}”可能指{candidates}。请填写全称或六位代码。",
    },
    "region_settled": {
        "en": "“{value}” can mean {candidates}; it was read as {meant}, where the point lies. Write the full name to be sure.",
        "zh": "“{value}”可能指{candidates}；根据坐标已按{meant}读取。请填写全称以免误解。",
    },
    "boundaries_not_built": {
        "en": "No boundaries are built in this installation, so points were not compared with the regions stated, and counties "
        "come from the names alone. Build them (flask geodata build) and check again.",
        "zh": "系统尚未生成行政区边界，无法核对坐标与所填行政区，区县仅按名称确定。请先生成边界（flask geodata build）再检查。",
    },
    "regions_not_loaded": {
        "en": "No regions are loaded in this installation, so no row gets a county or a sales area. Load them (flask network "
        "load-regions) and check again.",
        "zh": "系统尚未载入行政区，所有行都没有区县和片区。请先载入（flask network load-regions）再检查。",
    },
}
AREA_MESSAGES = {
    "area_unknown": {
        "en": "No sales area is called “{value}” ({count} rows, first on row {first}). Sales areas follow from the regions, "
        "so the column is not needed; create the area first if these rows should belong to it.",
        "zh": "没有名为“{value}”的片区（共{count}行，首见于第{first}行）。片区由行政区确定，不需要此列；如需归入该片区，请先建立片区。",
    },
    "area_differs": {
        "en": "The row states the sales area “{value}”, but its place belongs to another or to none. The place decides; "
        "correct the place, or the regions of the area.",
        "zh": "该行填写的片区是“{value}”，但其位置属于其他片区或未分配。以位置为准，请更正位置，或调整片区的行政区。",
    },
    "sub_area_not_kept": {
        "en": "The sub-area codes were not kept: the portal divides the country into regions and sales areas. Nothing needs to "
        "be done.",
        "zh": "小区代码未保存：系统按行政区和片区划分。无需处理。",
    },
}
